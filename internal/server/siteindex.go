package server

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// index serves the list of all entries of a kind, with its filter as a form.
func (p pages) index(kind content.Kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		view := edition.From(r.Context())
		q := r.URL.Query()
		here := "/" + edition.Path(kind)
		shown := page{Title: p.t(plural(kind)), Path: here, Here: p.href(here), Query: q.Get("q")}
		if kind == content.KindEpisode {
			shown.Choices, shown.Chosen = p.episodeChoices(q), p.chosen(view, q)
			shown.Feeds = []listLink{{p.Site + "/lists/all.rss", "RSS", "application/rss+xml"}, {p.Site + "/lists/all.ics", p.words.Calendar, "text/calendar"}}
		}
		found, err := browse(view, kind, q)
		var wrong *content.Error
		switch {
		case errors.As(err, &wrong):
			shown.Problem = wrong.Error()
		case err != nil:
			p.fail(w, r, err)
			return
		default:
			shown.Lead = fmt.Sprintf(p.t("%d in all"), found.total)
			for _, e := range found.entries {
				if episode, ok := e.(*edition.Episode); ok {
					shown.Cards = append(shown.Cards, p.cards([]*edition.Episode{episode})...)
					continue
				}
				shown.Rows = append(shown.Rows, p.line(e))
			}
			turn := func(name, cursor string) string {
				next := maps.Clone(q)
				next.Del("after")
				next.Del("before")
				next.Set(name, cursor)
				return p.href(here + "?" + next.Encode())
			}
			if found.info.HasNextPage {
				shown.Older = turn("after", *found.info.EndCursor)
			}
			if found.info.HasPreviousPage {
				shown.Newer = turn("before", *found.info.StartCursor)
			}
		}
		p.show(w, r, "index", shown)
	}
}

// episodeChoices are the selections of the form of episodes.
func (p pages) episodeChoices(q url.Values) []choice {
	one := func(name, label string, values ...[2]string) choice {
		c := choice{Name: name, Label: p.t(label)}
		for _, v := range values {
			c.Options = append(c.Options, option{v[0], p.t(v[1]), q.Get(name) == v[0]})
		}
		return c
	}
	return []choice{
		one("phases", "When", [2]string{"ANNOUNCED,REGISTRATION_OPEN,FULL,REGISTRATION_CLOSED,STARTING_SOON,LIVE", "To come"}, [2]string{"ON_DEMAND", "To watch or hear"}, [2]string{"ENDED,NO_RECORDING,RECORDING_PENDING", "Past, without a recording"}),
		one("hasRecording", "Recording", [2]string{"true", "With a recording"}),
		one("formats", "Format", [2]string{"WEBINAR", "Webinar"}, [2]string{"AUDIO", "Audio"}, [2]string{"VIDEO", "Video"}, [2]string{"CONFERENCE_SESSION", "Conference session"}, [2]string{"MEETING", "Meeting"}),
	}
}

// chosen are the conditions on entries that a link to the list brings; the form keeps them.
func (p pages) chosen(view *edition.View, q url.Values) []chosen {
	var found []chosen
	for _, kind := range []content.Kind{content.KindSeries, content.KindTopic, content.KindOrganization, content.KindSpeaker} {
		name := filterOf(kind)
		for _, value := range q[name] {
			c := chosen{Name: name, Value: value, Label: value}
			if e := view.BySlug(kind, value); e != nil {
				c.Label = e.Label()
			}
			rest := maps.Clone(q)
			rest[name] = slices.DeleteFunc(slices.Clone(q[name]), func(v string) bool { return v == value })
			rest.Del("after")
			rest.Del("before")
			c.Without = p.href("/" + edition.Path(content.KindEpisode) + "?" + rest.Encode())
			found = append(found, c)
		}
	}
	return found
}

// browsed is one page of the entries of a kind.
type browsed struct {
	entries []edition.Entry
	info    *edition.PageInfo
	total   int32
}

// onePage is a connection of any kind.
type onePage interface {
	PageInfo() *edition.PageInfo
	TotalCount() int32
}

func gather[T edition.Entry](c onePage, nodes []T) (browsed, error) {
	b := browsed{info: c.PageInfo(), total: c.TotalCount()}
	for _, n := range nodes {
		b.entries = append(b.entries, n)
	}
	return b, nil
}

// browse reads the page of a kind's entries that an address asks for.
func browse(v *edition.View, kind content.Kind, q url.Values) (browsed, error) {
	size, search := int32(30), q.Get("q")
	args := edition.PageArgs{First: &size}
	if after := q.Get("after"); after != "" {
		args.After = &after
	} else if before := q.Get("before"); before != "" {
		args = edition.PageArgs{Last: &size, Before: &before}
	}
	switch kind {
	case content.KindEpisode:
		refined, err := refinement(q)
		if err != nil {
			return browsed{}, err
		}
		refined.Filter.Search = search
		c, err := v.Episodes(&refined.Filter, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindSpeaker:
		c, err := v.Speakers(&edition.SpeakerFilter{Search: search}, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindOrganization:
		c, err := v.Organizations(&edition.OrganizationFilter{Search: search}, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindCaseStudy:
		c, err := v.CaseStudies(&edition.CaseStudyFilter{Search: search}, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindResource:
		c, err := v.Resources(&edition.ResourceFilter{Search: search}, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindTopic:
		c, err := v.Topics(&edition.TopicFilter{Search: search}, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	case content.KindSeries:
		c, err := v.SeriesList(&edition.SeriesFilter{Search: search}, nil, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	default:
		c, err := v.Toolkits(search, args)
		if err != nil {
			return browsed{}, err
		}
		return gather(c, c.Nodes())
	}
}
