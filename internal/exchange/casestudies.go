package exchange

import (
	"encoding/json"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

func (m *merger) caseStudy(r *record, f *fields) {
	it := m.own(content.KindCaseStudy, r)
	if it == nil {
		return
	}
	c := it.entry.(*content.CaseStudy)
	c.Title = f.required("title")
	if s := f.text("abstract"); s != "" {
		c.Summary = content.Markdown(s)
	}
	for _, p := range f.objects("partners") {
		role, printed := printed(p, "role", content.IsPartnerRole)
		partner := content.Partner{
			Organization: m.ref(content.KindOrganization, p.required("organization"), r.line),
			Role:         partnerRole(role), RoleAsPrinted: printed,
			Contribution: content.Markdown(p.text("contribution")), From: p.date("from"), To: p.date("to"),
		}
		if !slices.ContainsFunc(c.Partners, func(old content.Partner) bool {
			return old.Organization == partner.Organization && isSameRole(partner.Role, partner.RoleAsPrinted, old.Role, old.RoleAsPrinted)
		}) {
			c.Partners = append(c.Partners, partner)
		}
		f.adopt("partners", p)
		m.finishPart(c, p, "partner: ")
	}
	for _, p := range f.objects("people") {
		person := content.Contributor{
			Speaker: m.ref(content.KindSpeaker, p.required("speaker"), r.line), CreditedTitle: p.text("title_at_time"),
		}
		if o := p.text("organization"); o != "" {
			m.refs(&person.CreditedOrganizations, content.KindOrganization, []string{o}, r.line)
		}
		m.refs(&person.CreditedOrganizations, content.KindOrganization, p.list("other_organizations"), r.line)
		i := slices.IndexFunc(c.Contributors, func(old content.Contributor) bool { return old.Speaker == person.Speaker })
		if i >= 0 {
			c.Contributors[i] = person
		} else {
			c.Contributors = append(c.Contributors, person)
		}
		f.adopt("people", p)
		m.finishPart(c, p, "person: ")
	}
	for _, p := range f.objects("metrics") {
		o := outcome(p)
		o.Evidence = m.evidence(nil, p, r.line)
		if !slices.ContainsFunc(c.Outcomes, func(old content.Outcome) bool {
			return old.Label == o.Label && old.AsOf == o.AsOf && old.Unit == o.Unit
		}) {
			c.Outcomes = append(c.Outcomes, o)
		}
		f.adopt("metrics", p)
		m.finishPart(c, p, "metric: ")
	}
	years(c, f)
	m.more(c, f, r.line)
	set(&c.City, f.text("city"))
	if code := region(f.text("region"), ""); code == "" {
		f.used["region"] = false
	} else if !slices.Contains(c.Regions, code) {
		c.Regions = append(c.Regions, code)
	}
	m.refs(&c.Episodes, content.KindEpisode, f.list("episodes"), r.line)
	m.refs(&c.Strategies, content.KindTopic, f.list("topics"), r.line)
	m.finish(c, f)
}

// outcome reads a metric; a value that is no number is kept as text.
func outcome(p *fields) content.Outcome {
	o := content.Outcome{
		Label: p.required("label"), Unit: p.text("unit"), AsOf: p.date("as_of"), Measure: p.text("measure"), ValueText: p.text("value_text"),
		Baseline: p.decimal("baseline"), Population: p.text("population"),
	}
	p.used["value"] = true
	switch v := p.values["value"].(type) {
	case json.Number:
		if n, err := v.Float64(); err == nil {
			o.Value = &n
		}
	case string:
		o.ValueText = v
	case nil:
	default:
		p.wrong("value must be a number or a string")
	}
	return o
}

// more reads what a case study may have beside.
func (m *merger) more(c *content.CaseStudy, f *fields, line int) {
	f.markdown("body", &c.Body)
	set(&c.Status, code(f, "status", content.IsPartnershipStatus))
	set(&c.StartedOn, f.date("started_on"))
	set(&c.EndedOn, f.date("ended_on"))
	for _, r := range f.list("regions") {
		if !slices.Contains(c.Regions, r) {
			c.Regions = append(c.Regions, r)
		}
	}
	m.refs(&c.Populations, content.KindTopic, f.list("populations"), line)
	m.refs(&c.Resources, content.KindResource, f.list("resources"), line)
	c.Evidence = m.evidence(c.Evidence, f, line)
	for _, p := range f.objects("credentials") {
		program := content.CredentialProgram{
			Name: p.required("name"), Provider: m.ref(content.KindOrganization, p.text("provider"), line), Type: p.text("kind"), Weeks: p.number("weeks"),
			CIP: p.text("cip"), SOC: p.list("soc"), CTID: p.text("ctid"),
		}
		i := slices.IndexFunc(c.Credentials, func(old content.CredentialProgram) bool {
			return old.Name == program.Name && old.Provider == program.Provider
		})
		if i >= 0 {
			c.Credentials[i] = program
		} else {
			c.Credentials = append(c.Credentials, program)
		}
		f.adopt("credentials", p)
		m.finishPart(c, p, "credential: ")
	}
}

// evidence reads source links and moments in recordings.
func (m *merger) evidence(all []content.Evidence, f *fields, line int) []content.Evidence {
	for _, p := range f.objects("evidence") {
		e := content.Evidence{
			Level: content.EvidenceLevel(p.required("level")), URL: p.addressIn("url"), Title: p.text("title"),
			Episode: m.ref(content.KindEpisode, p.text("episode"), line), Seconds: p.number("seconds"),
		}
		i := slices.IndexFunc(all, func(old content.Evidence) bool {
			return old.Level == e.Level && old.URL == e.URL && old.Episode == e.Episode && value(old.Seconds) == value(e.Seconds)
		})
		if i >= 0 {
			all[i] = e
		} else {
			all = append(all, e)
		}
		f.adopt("evidence", p)
	}
	return all
}

// years reads "2019" (begun then, no more is said), "2019-" (goes on) and "2013-2022".
func years(c *content.CaseStudy, f *fields) {
	given := f.text("years")
	from, to, isSpan := strings.Cut(given, "-")
	start, err := content.ParsePartialDate(from)
	switch {
	case given == "":
		return
	case err != nil:
		f.used["years"] = false
		return
	}
	c.StartedOn = start
	switch end, err := content.ParsePartialDate(to); {
	case isSpan && to == "":
		c.Status = content.PartnershipActive
	case isSpan && err == nil:
		c.EndedOn, c.Status = end, content.PartnershipCompleted
	case isSpan:
		f.used["years"] = false
	}
}
