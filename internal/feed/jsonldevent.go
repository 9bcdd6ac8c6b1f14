package feed

import (
	"strconv"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

const schemaOrg = "https://schema.org/"

// eventNode is an episode as a schema.org EducationEvent. Times have the offset of the episode's zone; an end that is only
// estimated is left out.
func eventNode(e *edition.Episode) *node {
	n := thing("EducationEvent", e)
	n.set("identifier", string(e.ID()))
	n.set("alternateName", line(e.Subtitle()))
	n.set("description", summary(e))
	n.set("inLanguage", languageOf(e))
	n.set("startDate", eventStart(e))
	n.set("endDate", eventEnd(e))
	n.set("duration", e.Duration())
	n.set("eventStatus", eventStatus(e.Status()))
	n.set("eventAttendanceMode", attendance(e.Episode.AttendanceMode()))
	n.set("location", locations(e))
	n.set("organizer", things("Organization", e.Hosts()))
	n.set("performer", performers(e))
	n.set("about", terms(e.Topics()))
	n.set("offers", offers(e))
	n.set("recordedIn", recordings(e))
	if s, ok := seriesOf(e); ok {
		n.set("superEvent", thing("EventSeries", s))
	}
	if same := web(e.ExternalURL); same != "" {
		n.set("sameAs", []string{same})
	}
	var images []string
	for _, i := range e.Images() {
		if src := i.Src(); src != "" {
			images = append(images, src)
		}
	}
	n.set("image", images)
	return n
}

func eventStart(e *edition.Episode) string {
	if start, zone := e.StartsAt(), e.Zone(); start != nil && zone != nil {
		return start.In(zone).Format(time.RFC3339)
	}
	return string(e.Date())
}

func eventEnd(e *edition.Episode) string {
	if end, zone := e.EndsAt(), e.Zone(); end != nil && zone != nil && e.StartsAt() != nil && !e.EndsAtIsEstimated() {
		return end.In(zone).Format(time.RFC3339)
	}
	return string(e.EndDate())
}

func eventStatus(s content.EventStatus) string {
	switch s {
	case content.StatusCancelled:
		return schemaOrg + "EventCancelled"
	case content.StatusPostponed:
		return schemaOrg + "EventPostponed"
	case content.StatusRescheduled:
		return schemaOrg + "EventRescheduled"
	default:
		return schemaOrg + "EventScheduled"
	}
}

func attendance(m content.AttendanceMode) string {
	switch m {
	case content.AttendOnline:
		return schemaOrg + "OnlineEventAttendanceMode"
	case content.AttendOffline:
		return schemaOrg + "OfflineEventAttendanceMode"
	case content.AttendMixed:
		return schemaOrg + "MixedEventAttendanceMode"
	default:
		return ""
	}
}

// locations are the place and, for what is online, the page: the hub does not know the link by which one joins, and would not
// tell it.
func locations(e *edition.Episode) []*node {
	var found []*node
	if at := e.Location; at != nil {
		place := a("Place")
		place.set("name", line(at.Venue))
		place.set("address", postal(at.City, at.Region, at.Country))
		if room := line(at.Room); room != "" {
			within := a("Place")
			within.set("name", room)
			place.set("containsPlace", within)
		}
		if !place.isBare() {
			found = append(found, place)
		}
	}
	switch mode := e.Episode.AttendanceMode(); {
	case mode == content.AttendOnline, mode == content.AttendMixed, mode == "" && e.Format() == content.FormatWebinar:
		virtual := a("VirtualLocation")
		virtual.set("url", e.URL())
		found = append(found, virtual)
	}
	return found
}

// performers are who appeared, by the names on the bill.
func performers(e *edition.Episode) []*node {
	var found []*node
	for _, a := range e.Appearances(nil) {
		p := thing("Person", a.Speaker())
		p.set("name", line(a.CreditedName))
		p.set("jobTitle", line(a.CreditedTitle))
		p.set("affiliation", things("Organization", a.CreditedOrganizations()))
		found = append(found, p)
	}
	return found
}

// offers is how one signs up, as schema.org has it.
func offers(e *edition.Episode) []*node {
	r := e.Registration
	if r == nil || web(r.URL) == "" {
		return nil
	}
	n := a("Offer")
	n.set("url", r.URL)
	if free := r.Free(); free != nil && *free {
		n.set("price", 0)
		n.set("priceCurrency", "USD")
	}
	switch r.Seats() {
	case content.SeatsFull, content.SeatsWaitlist:
		n.set("availability", schemaOrg+"SoldOut")
	case content.SeatsLimited:
		n.set("availability", schemaOrg+"LimitedAvailability")
	case content.SeatsAvailable:
		n.set("availability", schemaOrg+"InStock")
	}
	if !r.OpensAt().IsZero() {
		n.set("validFrom", r.OpensAt().UTC().Format(time.RFC3339))
	}
	if !r.ClosesAt().IsZero() {
		n.set("validThrough", r.ClosesAt().UTC().Format(time.RFC3339))
	}
	return []*node{n}
}

// recordings are what one can see or hear, as VideoObject or AudioObject with its chapters as Clips.
func recordings(e *edition.Episode) []*node {
	var found []*node
	for _, r := range e.Recordings() {
		if web(r.URL) == "" {
			continue
		}
		n := a("VideoObject")
		n.set("name", line(e.Title))
		if r.RecordingKind() == content.RecordingAudio {
			n.set("@type", "AudioObject")
		}
		n.set("name", line(r.Title()))
		n.set("description", summary(e))
		n.set("inLanguage", languageOf(e))
		n.set("duration", r.Duration())
		n.set("embedUrl", web(r.EmbedURL))
		if t := Playable(r.URL); t != "" {
			n.set("contentUrl", r.URL)
			n.set("encodingFormat", t)
		} else {
			n.set("url", r.URL)
		}
		if at := publishedRecording(e, r); !at.IsZero() {
			n.set("uploadDate", at.UTC().Format(time.RFC3339))
		}
		var tracks, clips []*node
		for _, t := range r.Tracks() {
			if web(t.URL) != "" {
				track := a("MediaObject")
				track.set("contentUrl", t.URL)
				track.set("inLanguage", t.Language)
				track.set("encodingFormat", transcriptType(t))
				tracks = append(tracks, track)
			}
		}
		for _, c := range r.Chapters() {
			clip := a("Clip")
			clip.set("name", line(c.Title))
			clip.set("startOffset", int(c.Seconds))
			clip.set("url", e.URL()+"#t="+strconv.Itoa(int(c.Seconds)))
			clips = append(clips, clip)
		}
		n.set("caption", tracks)
		n.set("hasPart", clips)
		found = append(found, n)
	}
	return found
}

// publishedRecording is when a recording came out: as stated, else with the episode's page.
func publishedRecording(e *edition.Episode, r edition.Recording) time.Time {
	if !r.PublishedAt.IsZero() {
		return r.PublishedAt
	}
	if at := e.PublishedAt(); at != nil {
		return *at
	}
	return time.Time{}
}
