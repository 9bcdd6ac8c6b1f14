package exchange

import (
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

func (m *merger) topic(r *record, f *fields) {
	it := m.own(content.KindTopic, r)
	if it == nil {
		return
	}
	t := it.entry.(*content.Topic)
	t.Name = f.required("label")
	set(&t.Scheme, code(f, "scheme", content.IsTopicScheme))
	f.markdown("definition", &t.Definition)
	t.Aliases = addAliases(t.Aliases, aliasesOf(f)...)
	m.refs(&t.Broader, content.KindTopic, f.list("broader"), r.line)
	m.finish(t, f)
}

func (m *merger) organization(r *record, f *fields) {
	it := m.own(content.KindOrganization, r)
	if it == nil {
		return
	}
	o := it.entry.(*content.Organization)
	if name := f.required("name"); m.current.isFirst(r) {
		o.Name = name
	}
	set(&o.Acronym, f.text("short_name"))
	set(&o.OwnRare().Sector, f.text("sector"))
	if kind, printed := printed(f, "kind", content.IsOrganizationKind); kind != "" {
		o.OrganizationKind, o.OwnRare().KindAsPrinted = organizationKind(kind, o.Sector()), printed
	}
	o.OwnRare().Aliases = addAliases(o.Aliases(), aliasesOf(f)...)
	set(&o.City, f.text("city"))
	country := f.text("country")
	if content.IsCountry(country) {
		o.Country = country
	} else {
		f.used["country"] = false
		country = ""
	}
	if code := region(f.text("region"), country); code != "" {
		o.Region = code
	} else {
		f.used["region"] = false
	}
	set(&o.Website, f.address())
	if summary := f.text("summary"); summary != "" {
		o.Summary = content.Markdown(summary)
	}
	if url := f.addressIn("logo"); url != "" && (o.Logo == nil || o.Logo.URL != url) {
		o.Logo = &content.Image{URL: url}
	}
	if alt := f.text("logo_alt"); alt != "" && o.Logo != nil {
		o.Logo = &content.Image{URL: o.Logo.URL, Alt: alt, Key: o.Logo.Key}
	}
	o.NetworkMember = f.flag("network_member") || o.NetworkMember
	for _, field := range []string{"ipeds_unitid", "nces_leaid", "ror", "ein", "ctid", "wikidata"} {
		scheme := schemes()[field]
		identify(&o.Base, scheme, plainIdentifier(scheme, f.text(field)))
	}
	set(&o.Established, f.date("established"))
	switch status := content.OrganizationStatus(strings.ToUpper(f.text("status"))); status {
	case content.OrgActive, content.OrgInactive, content.OrgWithdrawn:
		o.OwnRare().Status = status
	default:
		f.used["status"] = false
	}
	set(&o.OwnRare().Parent, m.ref(content.KindOrganization, f.text("parent"), r.line))
	m.finish(o, f)
}

func (m *merger) relation(r *record, f *fields) {
	source, kind, key := f.required("source_org"), f.required("relation"), f.text("target")
	if f.problem != "" {
		return
	}
	from := m.at(target{content.KindOrganization, source}, r.line).entry.(*content.Organization)
	f.text("key")
	known, isBool := f.values["target_known"].(bool)
	f.used["target_known"] = true
	label := f.text("target_label")
	if key == "" || isBool && !known {
		note(&from.Base, content.NoteImported, strings.TrimSpace(fmt.Sprintf("%s: %s %s", kind, key, label)))
		return
	}
	to := m.at(target{content.KindOrganization, key}, r.line)
	if o := to.entry.(*content.Organization); to.isPlaceholder && label != "" {
		o.Name = label
	}
	other := to.entry.(*content.Organization)
	fromID := m.at(target{content.KindOrganization, source}, r.line).id
	add := func(list *[]content.ID, id content.ID) {
		if !slices.Contains(*list, id) {
			*list = append(*list, id)
		}
	}
	switch kind {
	case "parent":
		from.OwnRare().Parent = to.id
	case "child":
		other.OwnRare().Parent = fromID
	case "related":
		add(&from.OwnRare().Related, to.id)
	case "successor":
		add(&from.OwnRare().Successors, to.id)
	case "predecessor":
		add(&other.OwnRare().Successors, fromID)
	default:
		f.wrong("relation %s is not one of parent, child, related, successor, predecessor", content.Quote(kind))
	}
	m.finishPart(from, f, "relation to "+key+": ")
}
