package exchange

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

func (m *merger) speaker(r *record, f *fields) {
	it := m.own(content.KindSpeaker, r)
	if it == nil {
		return
	}
	s := it.entry.(*content.Speaker)
	if name := f.required("name"); m.current.isFirst(r) {
		s.Name = name
	}
	set(&s.OwnRare().SortName, f.text("sort_name"))
	s.OwnRare().Aliases = addAliases(s.Aliases(), aliasesOf(f)...)
	set(&s.OwnRare().Pronouns, f.text("pronouns"))
	if bio := f.text("bio"); bio != "" {
		s.Bio = content.Markdown(bio)
	}
	if url := f.addressIn("photo"); url != "" {
		photo := content.Image{URL: url}
		if s.Photo() != nil && s.Photo().URL == url {
			photo = *s.Photo()
		}
		s.OwnRare().Photo = &photo
	}
	if alt := f.text("photo_alt"); alt != "" && s.Photo() != nil {
		s.OwnRare().Photo = &content.Image{URL: s.Photo().URL, Alt: alt, Key: s.Photo().Key}
	}
	for _, l := range f.objects("links") {
		link := content.WebLink{URL: l.addressIn("url"), Label: l.text("label")}
		if link.URL == "" {
			note(&s.Base, content.NoteImported, "link: "+l.text("url"))
		} else if !slices.ContainsFunc(s.WebLinks(), func(old content.WebLink) bool { return plainAddress(old.URL) == plainAddress(link.URL) }) {
			s.OwnRare().WebLinks = append(s.WebLinks(), link)
		}
		f.adopt("links", l)
	}
	identify(&s.Base, content.SchemeORCID, plainIdentifier(content.SchemeORCID, f.text("orcid")))
	identify(&s.Base, content.SchemeOpenAlex, plainIdentifier(content.SchemeOpenAlex, f.text("openalex")))
	identify(&s.Base, content.SchemeWikidata, plainIdentifier(content.SchemeWikidata, f.text("wikidata")))
	if id := m.ref(content.KindOrganization, f.text("organization"), r.line); id != "" {
		a := content.OwnAffiliation{Organization: id, Position: content.Position{Title: f.text("title_at_time")}}
		if !slices.ContainsFunc(s.Affiliations, func(old content.Affiliation) bool {
			return old.Organization == a.Organization && old.Title() == a.Title
		}) {
			s.Affiliations = append(s.Affiliations, a.Affiliation())
		}
	}
	for _, p := range f.objects("affiliations") {
		a := content.OwnAffiliation{
			Organization: m.ref(content.KindOrganization, p.required("organization"), r.line),
			Position:     content.Position{Title: p.text("title"), From: p.date("from"), To: p.date("to"), Primary: p.flag("primary")},
		}
		i := slices.IndexFunc(s.Affiliations, func(old content.Affiliation) bool {
			return old.Organization == a.Organization && old.Title() == a.Title && old.From() == a.From
		})
		if i >= 0 {
			s.Affiliations[i] = a.Affiliation()
		} else if a.Organization != "" {
			s.Affiliations = append(s.Affiliations, a.Affiliation())
		}
		f.adopt("affiliations", p)
		m.finishPart(s, p, "affiliation: ")
	}
	m.finish(s, f)
}

func (m *merger) series(r *record, f *fields) {
	it := m.own(content.KindSeries, r)
	if it == nil {
		return
	}
	s := it.entry.(*content.Series)
	s.Title = f.required("title")
	set(&s.Tagline, f.text("tagline"))
	f.markdown("summary", &s.Summary)
	set(&s.FeedGUID, f.text("feed_guid"))
	s.Rank = cmp.Or(f.number("rank"), s.Rank)
	if kind := f.text("kind"); kind != "" {
		s.SeriesKind = seriesKind(kind)
	}
	m.refs(&s.Organizers, content.KindOrganization, f.list("organizations"), r.line)
	set(&s.StartDate, f.date("start"))
	set(&s.EndDate, f.date("end"))
	set(&s.Frequency, f.text("frequency"))
	set(&s.ExternalURL, f.address())
	set(&s.Language, languageOf(f))
	if it.arrived {
		m.refit(it, s.SeriesKind, r.line)
	}
	m.finish(s, f)
}

// refit gives the episodes that came before their series the format that they would have had after it.
func (m *merger) refit(series *item, kind content.SeriesKind, line int) {
	for t, known := range m.index.external {
		e, ok := known.Content().(*content.Episode)
		if !ok || e.Series != series.id {
			continue
		}
		it := m.at(t, line).entry.(*content.Episode)
		switch {
		case kind == content.SeriesConference && (it.Format() == content.FormatMeeting || it.Format() == content.FormatWebinar):
			it.OwnManner().Format = content.FormatSession
		case it.Format() == content.FormatMeeting && it.AttendanceMode() == "":
			manner := it.OwnManner()
			manner.Format, manner.AttendanceMode = episodeFormat("", kind)
		}
	}
}

func (m *merger) credit(r *record, f *fields) {
	key, speaker := f.required("series"), f.required("speaker")
	if f.problem != "" {
		return
	}
	s := m.at(target{content.KindSeries, key}, r.line).entry.(*content.Series)
	f.required("role")
	role, printed := printed(f, "role", content.IsAppearanceRole)
	c := content.Credit{
		Speaker: m.ref(content.KindSpeaker, speaker, r.line), Role: appearanceRole(role), RoleAsPrinted: printed,
		CreditedTitle: f.text("title_at_time"),
	}
	m.refs(&c.CreditedOrganizations, content.KindOrganization, append(f.list("other_organizations"), f.text("organization")), r.line)
	c.CreditedOrganizations = slices.DeleteFunc(c.CreditedOrganizations, func(id content.ID) bool { return id == "" })
	c.Sources = addSources(nil, f)
	m.finishPart(s, f, "credit of "+speaker+": ")
	for i, old := range s.Credits {
		if old.Speaker == c.Speaker && isSameRole(c.Role, c.RoleAsPrinted, old.Role, old.RoleAsPrinted) {
			s.Credits[i] = c
			return
		}
	}
	s.Credits = append(s.Credits, c)
	slices.SortStableFunc(s.Credits, func(a, b content.Credit) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Speaker, b.Speaker))
	})
}
