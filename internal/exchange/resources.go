package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (m *merger) resource(r *record, f *fields) {
	kind, episode, study := f.text("kind"), f.text("episode"), f.text("case_study")
	href := f.address()
	if href == "" {
		f.wrong("url: %s is no web address", content.Quote(f.text("url")))
		return
	}
	if episode != "" && (kind == "recording" || kind == "thumbnail") {
		m.media(f, kind, m.at(target{content.KindEpisode, episode}, r.line).entry.(*content.Episode), href)
		return
	}
	it := m.own(content.KindResource, r)
	if it == nil {
		return
	}
	res := it.entry.(*content.Resource)
	res.Title, res.Href = f.text("title"), href
	if res.Title == "" {
		// A link without a title is called by its host.
		_, rest, _ := strings.Cut(href, "://")
		res.Title, _, _ = strings.Cut(rest, "/")
	}
	if kind, printed := printed(f, "kind", content.IsResourceKind); kind != "" {
		manner := res.OwnManner()
		manner.ResourceKind, manner.KindAsPrinted = resourceKind(kind), printed
	} else {
		res.OwnManner().ResourceKind = content.ResourceOther
	}
	m.refs(&res.Publishers, content.KindOrganization, f.list("organizations"), r.line)
	m.refs(&res.Authors, content.KindSpeaker, f.list("authors"), r.line)
	f.markdown("summary", &res.Summary)
	set(&res.OwnManner().MediaType, f.text("media_type"))
	set(&res.OwnManner().License, f.text("license"))
	set(&res.PublishedOn, f.date("date"))
	set(&res.OwnManner().Language, languageOf(f))
	m.refs(&res.Topics, content.KindTopic, f.list("topics"), r.line)
	if n := f.number("position"); n != nil {
		res.Printed = *n
	}
	m.resources[it.id] = it
	if episode != "" {
		e := m.at(target{content.KindEpisode, episode}, r.line)
		e.resources = append(e.resources, it.id)
	}
	if study != "" {
		c := m.at(target{content.KindCaseStudy, study}, r.line)
		c.resources = append(c.resources, it.id)
	}
	m.finish(res, f)
}

// place puts resources that a list has not yet into it. What imports brought stands by the place that the source gives, then
// by key, so that it does not matter in which parts it came; what editors added stays in front.
func (m *merger) place(list *[]content.ID, more []content.ID) {
	more = slices.DeleteFunc(more, func(id content.ID) bool { return slices.Contains(*list, id) })
	if len(more) == 0 {
		return
	}
	rank := map[content.ID]string{}
	for _, id := range append(slices.Clone(*list), more...) {
		if it := m.resources[id]; it != nil {
			rank[id] = fmt.Sprintf("%010d %s", it.entry.(*content.Resource).Printed, it.key)
		} else if e, ok := m.public.Preview().Entry(id).(*edition.Resource); ok {
			for _, name := range e.Identifiers() {
				if name.Source == m.o.Source {
					rank[id] = fmt.Sprintf("%010d %s", e.Printed, name.Value)
				}
			}
		}
	}
	*list = append(*list, more...)
	slices.SortStableFunc(*list, func(a, b content.ID) int { return cmp.Compare(rank[a], rank[b]) })
}

// along reads the text tracks and chapters of a recording.
func (m *merger) along(rec *content.OwnRecording, f *fields, e *content.Episode) {
	for _, p := range f.objects("tracks") {
		track := content.TextTrack{
			TrackKind: content.TrackKind(strings.ToUpper(p.required("kind"))), Language: languageOf(p), URL: p.addressIn("url"), MediaType: p.text("media_type"), Reviewed: p.flag("reviewed"),
		}
		if i := slices.IndexFunc(rec.Tracks, func(old content.TextTrack) bool { return old.URL == track.URL }); i >= 0 {
			rec.Tracks[i] = track
		} else {
			rec.Tracks = append(rec.Tracks, track)
		}
		f.adopt("tracks", p)
		m.finishPart(e, p, "track: ")
	}
	for _, p := range f.objects("chapters") {
		c := content.Chapter{Seconds: value(p.number("seconds")), Title: p.required("title")}
		if i := slices.IndexFunc(rec.Chapters, func(old content.Chapter) bool { return old.Seconds == c.Seconds }); i >= 0 {
			rec.Chapters[i] = c
		} else {
			rec.Chapters = append(rec.Chapters, c)
		}
		f.adopt("chapters", p)
		m.finishPart(e, p, "chapter: ")
	}
	slices.SortStableFunc(rec.Chapters, func(a, b content.Chapter) int { return cmp.Compare(a.Seconds, b.Seconds) })
}

// toolkit reads a collection of entries.
func (m *merger) toolkit(r *record, f *fields) {
	it := m.own(content.KindToolkit, r)
	if it == nil {
		return
	}
	t := it.entry.(*content.Toolkit)
	t.Title = f.required("title")
	f.markdown("summary", &t.Summary)
	for _, p := range f.objects("items") {
		kind, key := content.Kind(p.required("kind")), p.required("key")
		if content.New(kind) == nil {
			p.wrong("kind %s is not one of %v", content.Quote(string(kind)), content.Kinds())
		}
		if f.adopt("items", p); f.problem != "" {
			return
		}
		item := content.ToolkitItem{Entry: m.ref(kind, key, r.line), Annotation: content.Markdown(p.text("annotation"))}
		if i := slices.IndexFunc(t.Items, func(old content.ToolkitItem) bool { return old.Entry == item.Entry }); i >= 0 {
			t.Items[i] = item
		} else if item.Entry != "" {
			t.Items = append(t.Items, item)
		}
		m.finishPart(t, p, "item: ")
	}
	m.finish(t, f)
}

func value(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}

// media takes a recording or a picture of an episode.
func (m *merger) media(f *fields, kind string, e *content.Episode, href string) {
	key := f.required("key")
	f.number("position") // its place follows from its key
	title := f.text("title")
	if kind == "thumbnail" {
		image := content.Image{URL: href, Alt: title, Key: key}
		i := slices.IndexFunc(e.Images(), func(i content.Image) bool { return i.Key == key })
		if i < 0 { // one that an editor added
			i = slices.IndexFunc(e.Images(), func(i content.Image) bool { return i.Key == "" && i.URL == href })
		}
		if i >= 0 {
			image.Key = e.Images()[i].Key
			e.Images()[i] = image
		} else {
			e.OwnRare().Images = append(e.Images(), image)
			slices.SortStableFunc(e.Images(), func(a, b content.Image) int { return cmp.Compare(a.Key, b.Key) })
		}
	} else {
		i := slices.IndexFunc(e.Recordings, func(r content.Recording) bool { return r.Key() == key })
		if i < 0 { // one that an editor added
			i = slices.IndexFunc(e.Recordings, func(r content.Recording) bool { return r.Key() == "" && r.URL == href })
		}
		if i < 0 {
			i = len(e.Recordings)
			e.Recordings = append(e.Recordings, content.OwnRecording{Along: content.Along{Key: key}}.Recording())
		}
		rec := e.Recordings[i].Own()
		rec.URL, rec.RecordingKind, rec.Provider = href, content.RecordingVideo, f.text("media")
		set(&rec.Title, title)
		if strings.HasSuffix(strings.ToLower(href), ".mp3") || rec.Provider == "mp3" || rec.Provider == "audio" {
			rec.RecordingKind = content.RecordingAudio
		}
		if kind := content.RecordingKind(strings.ToUpper(f.text("recording_kind"))); kind != "" {
			rec.RecordingKind = kind
		}
		if n := f.number("duration_s"); n != nil {
			rec.Seconds = *n
		}
		set(&rec.EmbedURL, f.addressIn("embed_url"))
		set(&rec.FallbackURL, f.addressIn("fallback_url"))
		set(&rec.PublishedAt, f.instant("published_at"))
		set(&rec.Transcript, f.text("transcript"))
		m.along(&rec, f, e)
		e.Recordings[i] = rec.Recording()
		slices.SortStableFunc(e.Recordings, func(a, b content.Recording) int { return cmp.Compare(a.Key(), b.Key()) })
	}
	m.finishPart(e, f, kind+" "+key+": ")
}
