package server

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

// feedTitle names a format for people.
func (p pages) feedTitle(f feed.Format) string {
	switch f {
	case feed.Calendar:
		return p.words.Calendar
	case feed.News:
		return "RSS"
	default:
		return "JSON Feed"
	}
}

// of serves the page of each public entry of a kind. A former slug leads on to the one of today.
func (p pages) of(kind content.Kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		view := edition.From(r.Context())
		entry := view.BySlug(kind, r.PathValue("slug"))
		if entry == nil {
			p.missing(w, r, view, kind)
			return
		}
		if entry.Common().Slug != r.PathValue("slug") {
			http.Redirect(w, r, p.href(entry.URL()), http.StatusMovedPermanently)
			return
		}
		p.show(w, r, "entry", p.entry(view, entry, strings.TrimSpace(r.URL.Query().Get("in"))))
	}
}

// entry is the page of an entry: what it says of itself, what belongs to it, and who points at it. A search narrows transcripts.
func (p pages) entry(view *edition.View, e edition.Entry, search string) page {
	shown := page{
		Title: e.Label(), Path: strings.TrimPrefix(e.URL(), p.Site), Feeds: p.feeds(e), Entry: e, Kind: p.t(noun(e.Kind())),
		Text: prose(e, content.FormatHTML), About: cut(strings.Join(strings.Fields(prose(e, content.FormatText)), " "), 200),
	}
	var data bytes.Buffer
	if err := feed.EntryJSONLD(&data, view, e); err == nil {
		shown.LinkedData = template.JS(data.String()) //nolint:gosec // feed has escaped it for a script element
	}
	switch e := e.(type) {
	case *edition.Episode:
		p.episode(&shown, view, e, search)
	case *edition.Speaker:
		p.speaker(&shown, view, e)
	case *edition.Organization:
		p.organization(&shown, view, e)
	case *edition.CaseStudy:
		p.caseStudy(&shown, e)
	case *edition.Resource:
		shown.Topics = e.Topics()
		shown.Kind = p.t(noun(e.ResourceKind()))
		if h := e.Health(); h != nil && h.State == content.LinkBroken {
			shown.Problem = fmt.Sprintf(p.t("The link to %s has been broken since %s."), hostOf(e.Href), p.words.Date(content.PartialDate(h.Since.Format(time.DateOnly))))
		}
		shown.fact(p.t("Read it"), hostOf(e.Href), e.Href)
		shown.fact(p.t("Published"), p.words.Date(e.PublishedOn), "")
		shown.fact(p.t("License"), e.License(), "")
		for _, a := range e.Authors() {
			shown.fact(p.t("Author"), a.Name, a.URL())
		}
		for _, o := range e.Publishers() {
			shown.fact(p.t("Publisher"), o.Name, o.URL())
		}
		under(p, &shown, p.t("Episodes"), e.Episodes())
		under(p, &shown, p.t("Case studies"), e.CaseStudies())
	case *edition.Topic:
		shown.Kind = p.t(noun(e.Scheme))
		shown.Topics = append(e.Broader(), e.Narrower()...)
		p.list(&shown, view, e)
		few := int32(10)
		if c, err := e.CaseStudies(edition.PageArgs{First: &few}); err == nil {
			under(p, &shown, p.t("Case studies"), c.Nodes())
		}
		if c, err := e.Resources(edition.PageArgs{First: &few}); err == nil {
			under(p, &shown, p.t("Resources"), c.Nodes())
		}
	case *edition.Series:
		shown.Lead = e.Tagline
		for _, o := range e.Organizers() {
			shown.fact(p.t("Organizer"), o.Name, o.URL())
		}
		shown.fact(p.t("How often"), e.Frequency, "")
		shown.fact(p.t("Since"), p.words.Date(e.StartDate), "")
		p.list(&shown, view, e)
	case *edition.Toolkit:
		s := section{Title: p.t("Strategies")}
		for _, item := range e.Items() {
			s.Rows = append(s.Rows, siteRow{URL: item.Entry().URL(), Title: item.Entry().Label(), Who: item.Annotation(content.FormatText)})
		}
		shown.Sections = append(shown.Sections, s)
	}
	return shown
}

func (s *page) fact(title, value, address string) {
	if value != "" {
		row := siteRow{Title: title, When: value, URL: address}
		if strings.HasPrefix(address, "/network?") {
			row.Rel = "nofollow" // each is a computation, and there are as many as people
		}
		s.Facts = append(s.Facts, row)
	}
}

// under puts entries under a heading, unless there are none.
func under[T edition.Entry](p pages, shown *page, title string, all []T) {
	if len(all) == 0 {
		return
	}
	s := section{Title: title}
	for _, e := range all {
		s.Rows = append(s.Rows, p.line(e))
	}
	shown.Sections = append(shown.Sections, s)
}

// list puts an entry's latest episodes under a heading.
func (p pages) list(shown *page, view *edition.View, of edition.Entry) {
	const most = 20
	latest := view.Latest(of, most+1)
	if len(latest) == 0 {
		return
	}
	s := section{Title: p.t("Episodes"), Cards: p.cards(latest[:min(most, len(latest))])}
	if len(latest) > most {
		s.More = "/episodes?" + url.Values{filterOf(of.Kind()): {of.Common().Slug}}.Encode()
	}
	shown.Sections = append(shown.Sections, s)
}

// filterOf is the condition by which a list of episodes names an entry of a kind.
func filterOf(kind content.Kind) string {
	switch kind {
	case content.KindSeries:
		return "series"
	case content.KindTopic:
		return "topics"
	case content.KindSpeaker:
		return "speakers"
	default:
		return "organizations"
	}
}

func (p pages) episode(shown *page, view *edition.View, e *edition.Episode, search string) {
	card := p.cards([]*edition.Episode{e})[0]
	p.recordings(shown, e, search)
	shown.Picture = p.Site + feed.PosterPath(e)
	shown.Card, shown.Lead, shown.Topics = &card, e.Subtitle(), e.Topics()
	if e.StartsAt() != nil && e.StartsAt().After(view.Now) {
		shown.Calendar = e.URL() + ".ics"
	}
	if s := e.Series(); s != nil {
		shown.fact(p.t("Series"), s.Title, s.URL())
	}
	if e.Number != nil {
		shown.fact(p.t("Number"), strconv.Itoa(int(*e.Number)), "")
	}
	for _, o := range e.Hosts() {
		shown.fact(p.t("Host"), o.Name, o.URL())
	}
	var who section
	for _, a := range e.Appearances(nil) {
		var orgs []string
		for _, o := range a.CreditedOrganizations() {
			orgs = append(orgs, o.Name)
		}
		row := siteRow{URL: a.Speaker().URL(), Title: a.CreditedName, When: p.t(noun(a.Role))}
		row.Who = strings.Trim(a.CreditedTitle+", "+strings.Join(orgs, ", "), ", ")
		who.Rows = append(who.Rows, row)
	}
	if len(who.Rows) > 0 {
		who.Title = p.t("Speakers, as billed then")
		shown.Sections = append(shown.Sections, who)
	}
	under(p, shown, p.t("Resources"), e.Resources())
	under(p, shown, p.t("Case studies"), e.CaseStudies())
	few := int32(5)
	if related, err := e.Related(&few); err == nil {
		if len(related) > 0 {
			shown.Sections = append(shown.Sections, section{Title: p.t("Related episodes"), Cards: p.cards(related)})
		}
	}
}

func (p pages) speaker(shown *page, view *edition.View, s *edition.Speaker) {
	shown.Initials, shown.Portrait = initials(s.Name), ownCopy(s.Photo())
	shown.fact(p.t("Pronouns"), s.Pronouns(), "")
	today := content.PartialDate(view.Since().Format(time.DateOnly)) // one tag is one page; midnight makes no other
	if held, err := s.Affiliations(&today); err == nil {
		for _, a := range held {
			shown.fact(orElse(a.Title(), p.t("At")), a.Organization().Name, a.Organization().URL())
		}
	}
	for _, l := range s.WebLinks() {
		shown.fact(orElse(l.Label, p.t("Link")), hostOf(l.URL), l.URL)
	}
	shown.fact(p.t("Network"), p.t("Network around"), "/network?"+url.Values{"around": {s.Speaker.Slug}}.Encode())
	var billed section
	all := s.Appearances(nil)
	if len(all) > mostOnPage {
		billed.More = "/episodes?" + url.Values{filterOf(content.KindSpeaker): {s.Speaker.Slug}}.Encode()
	}
	for _, a := range all[:min(len(all), mostOnPage)] {
		row := p.line(a.Episode())
		row.Who = strings.Trim(strings.Join([]string{a.CreditedName, a.CreditedTitle}, ", "), ", ")
		billed.Rows = append(billed.Rows, row)
	}
	if len(billed.Rows) > 0 {
		billed.Title = p.t("Appearances, as billed then")
		shown.Sections = append(shown.Sections, billed)
	}
	first := int32(20)
	if with, err := s.CoSpeakers(&first); err == nil && len(with) > 0 {
		shared := section{Title: p.t("Appeared with")}
		for _, c := range with {
			shared.Rows = append(shared.Rows, siteRow{URL: c.Speaker.URL(), Title: c.Speaker.Name, When: fmt.Sprintf(p.t("%d shared"), c.Count())})
		}
		shown.Sections = append(shown.Sections, shared)
	}
	if c, err := s.CaseStudies(edition.PageArgs{First: &first}); err == nil {
		under(p, shown, p.t("Case studies"), c.Nodes())
	}
}

func (p pages) organization(shown *page, view *edition.View, o *edition.Organization) {
	shown.Kind, shown.Portrait = p.t(noun(o.OrganizationKind)), ownCopy(o.Logo())
	shown.fact(p.t("Place"), strings.Trim(strings.Join([]string{o.City, o.Region}, ", "), ", "), "")
	shown.fact(p.t("Website"), o.Website, o.Website)
	if parent := o.Parent(); parent != nil {
		shown.fact(p.t("Part of"), parent.Name, parent.URL())
	}
	shown.fact(p.t("Network"), p.t("Network around"), "/network?"+url.Values{"around": {o.Slug}, "mode": {"ORGANIZATION"}}.Encode())
	first := int32(mostOnPage)
	if c, err := o.Speakers(edition.PageArgs{First: &first}); err == nil {
		under(p, shown, p.t("People"), c.Nodes())
	}
	if c, err := o.CaseStudies(edition.PageArgs{First: &first}); err == nil {
		under(p, shown, p.t("Case studies"), c.Nodes())
	}
	if partners, err := o.Partners(&first); err == nil && len(partners) > 0 {
		s := section{Title: p.t("Partners")}
		for _, partner := range partners {
			s.Rows = append(s.Rows, p.line(partner.Organization))
		}
		shown.Sections = append(shown.Sections, s)
	}
	p.list(shown, view, o)
}

func (p pages) caseStudy(shown *page, c *edition.CaseStudy) {
	shown.Text += c.Body(content.FormatHTML)
	shown.Topics = append(c.Strategies(), c.Populations()...)
	if c.Status != content.PartnershipUnknown {
		shown.fact(p.t("State"), p.t(noun(c.Status)), "")
	}
	shown.fact(p.t("Since"), p.words.Date(c.StartedOn), "")
	shown.fact(p.t("Until"), p.words.Date(c.EndedOn), "")
	s := section{Title: p.t("Partners")}
	for _, partner := range c.Partners() {
		o := partner.Organization()
		s.Rows = append(s.Rows, siteRow{URL: o.URL(), Title: o.Name, When: orElse(partner.RoleAsPrinted, p.t(noun(partner.Role))), Who: partner.Contribution(content.FormatText)})
	}
	if len(s.Rows) > 0 {
		shown.Sections = append(shown.Sections, s)
	}
	outcomes := section{Title: p.t("Outcomes")}
	for _, o := range c.Outcomes() {
		row := siteRow{Title: o.Label, Who: o.ValueText}
		if o.Value != nil {
			row.When = strings.TrimSpace(strconv.FormatFloat(*o.Value, 'f', -1, 64) + " " + o.Unit)
		}
		for _, ev := range o.Evidence() {
			if told := ev.Episode(); told != nil && ev.Seconds != nil {
				row.URL = told.URL() + "#t=" + strconv.Itoa(int(*ev.Seconds))
			} else if ev.URL != "" {
				row.URL = ev.URL
			}
			row.Who = strings.TrimPrefix(row.Who+" · "+p.t(noun(ev.Level)), " · ")
		}
		outcomes.Figures = append(outcomes.Figures, row)
	}
	if len(outcomes.Figures) > 0 {
		shown.Sections = append(shown.Sections, outcomes)
	}
	credentials := section{Title: p.t("Credentials")}
	for _, k := range c.Credentials() {
		row := siteRow{Title: k.Name, When: k.Type}
		if provider := k.Provider(); provider != nil {
			row.URL, row.Who = provider.URL(), provider.Name
		}
		credentials.Rows = append(credentials.Rows, row)
	}
	if len(credentials.Rows) > 0 {
		shown.Sections = append(shown.Sections, credentials)
	}
	under(p, shown, p.t("People behind it"), c.Contributors())
	under(p, shown, p.t("Episodes"), c.Episodes())
	under(p, shown, p.t("Resources"), c.Resources())
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// mostOnPage is how many of what may be thousands stand on an entry's page.
const mostOnPage = 30

// feeds are the addresses at which programs find what a page is about.
func (p pages) feeds(entry edition.Entry) []listLink {
	found := []listLink{{p.Site + "/oembed?url=" + url.QueryEscape(entry.URL()), "oEmbed", "application/json+oembed"}}
	if entry.Kind() == content.KindResource {
		return found
	}
	for _, f := range []feed.Format{feed.Calendar, feed.News, feed.Items} {
		media, _, _ := strings.Cut(f.MediaType(), ";")
		found = append(found, listLink{entry.URL() + "." + string(f), p.feedTitle(f), media})
	}
	return found
}

// preview serves what a preview link shows. The address is a secret: nothing may keep it or pass it on.
func (p pages) preview(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	view, entry, err := p.Desk.OpenPreviewLink(r.Context(), r.PathValue("link"))
	switch {
	case err != nil:
		p.Log.Error("a preview was not made", "error", err)
		http.Error(w, "Previews cannot be made at the moment. Try again later.", http.StatusServiceUnavailable)
	case entry == nil:
		http.Error(w, "This preview is over, or the link is not whole. Ask for a new one.", http.StatusNotFound)
	default:
		shown := p.entry(view, entry, "")
		shown.Path = ""
		shown.Banner = p.t("A preview: not public, and only for who has this address.")
		p.show(w, r, "entry", shown)
	}
}

// prose is what an entry says of itself.
func prose(e edition.Entry, format content.TextFormat) string {
	switch e := e.(type) {
	case *edition.Speaker:
		return e.Bio(format)
	case *edition.Topic:
		return e.Definition(format)
	case interface {
		Summary(format content.TextFormat) string
	}:
		return e.Summary(format)
	}
	return ""
}

// ownCopy is a picture that the hub serves itself; nil for one that it has no copy of.
func ownCopy(i *edition.Image) *edition.Image {
	if i == nil || i.Src() == "" {
		return nil
	}
	return i
}

// initials stand for the picture of a person: the first letters of the first and the last name.
func initials(name string) string {
	words := strings.Fields(name)
	var first []rune
	for i, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); (i == 0 || i == len(words)-1) && unicode.IsLetter(r) {
			first = append(first, unicode.ToUpper(r))
		}
	}
	return string(first)
}
