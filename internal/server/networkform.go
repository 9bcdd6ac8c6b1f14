package server

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// address is this page with other parameters; an empty value takes one away. A place in the list, or an open card, stays only where it is named.
func (e *exploring) address(set map[string]string) string {
	q := maps.Clone(e.q)
	for _, name := range []string{"after", "before", "at"} {
		q.Del(name)
	}
	for name, value := range set {
		if value == "" {
			q.Del(name)
		} else {
			q.Set(name, value)
		}
	}
	for name, values := range q {
		if q[name] = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" }); len(q[name]) == 0 {
			delete(q, name)
		}
	}
	return e.href(e.base + suffix(q.Encode()))
}

// around is the network around an entry, with the other conditions of this one.
func (e *exploring) around(entry edition.Entry) string {
	q := url.Values{}
	if e.code == "" {
		q = maps.Clone(e.q)
		for _, name := range []string{"after", "before", "at", "between", "and", "steps", "years", "find"} {
			q.Del(name)
		}
	} else if e.filter.Mode != network.Speakers {
		q.Set("mode", string(e.filter.Mode))
	}
	q.Set("around", entry.Common().Slug)
	for name, values := range q {
		if values[0] == "" {
			q.Del(name)
		}
	}
	return e.href("/network?" + q.Encode())
}

// choice makes a selection of the form; the first option stands for none.
func (e *exploring) choice(name, label, chosen string, options ...[2]string) choice {
	c := choice{Name: name, Label: label}
	for _, o := range options {
		c.Options = append(c.Options, option{o[0], o[1], strings.EqualFold(o[0], chosen)})
	}
	return c
}

// mostChoices is how many topics or series the form offers.
const mostChoices = 100

// form fills the form with what the address says, also where that is wrong.
func (e *exploring) form() {
	n, q := e.page.Network, e.q
	n.Action, n.Here = e.href(e.base), e.address(map[string]string{"between": "", "and": ""})
	for _, name := range []string{"mode", "weighting", "affiliation", "topics", "series", "regions", "roles", "from", "to", "minWeight", "around", "steps"} {
		n.IsOpen = n.IsOpen || q.Get(name) != ""
	}
	n.Between, n.And = cut(q.Get("between"), 200), cut(q.Get("and"), 200)
	for name, values := range q {
		if !slices.Contains([]string{"between", "and", "after", "before", "at"}, name) {
			for _, v := range values {
				if v != "" {
					n.Hidden = append(n.Hidden, chosen{Name: name, Value: v})
				}
			}
		}
	}
	slices.SortFunc(n.Hidden, func(a, b chosen) int { return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value) })
	var orders [][2]string
	for _, o := range e.orders() {
		orders = append(orders, [2]string{string(o.order), o.label})
	}
	n.Order = e.choice("order", e.t("Order"), string(e.order), orders...)
	if e.code != "" {
		return
	}
	var far [][2]string
	for _, steps := range []string{"1", "2", "3", "4"} {
		far = append(far, [2]string{steps, steps})
	}
	n.From, n.To, n.MinWeight = cut(q.Get("from"), 20), cut(q.Get("to"), 20), cut(q.Get("minWeight"), 20)
	e.page.Choices = []choice{
		e.choice("mode", e.t("Who"), q.Get("mode"), [2]string{"SPEAKER", e.t("People")}, [2]string{"ORGANIZATION", e.t("Organizations")}, [2]string{"BIPARTITE", e.t("People and organizations")}),
		e.choice("weighting", e.t("Weight"), q.Get("weighting"), [2]string{"", e.t("Each shared work counts one")}, [2]string{"NEWMAN", e.t("Large groups count less")}, [2]string{"RECENCY", e.t("What is long ago counts less")}),
		e.choice("affiliation", e.t("For whom people stand"), q.Get("affiliation"), [2]string{"AT_EVENT", e.t("As credited on the day")}, [2]string{"CURRENT", e.t("Where they are today")}),
		e.entries("topics", e.t("Topic"), content.KindTopic), e.entries("series", e.t("Series"), content.KindSeries),
	}
	n.Steps = e.choice("steps", e.t("Steps around"), q.Get("steps"), far...)
	around := words[string](q["around"])
	if len(e.filter.Around) > 0 {
		around = nil
		for _, id := range e.filter.Around {
			around = append(around, string(id))
		}
	}
	n.Around = cut(strings.Join(around, ", "), 2_000)
	// What the form has no field for stays, and can be taken away.
	for _, name := range []string{"topics", "series", "regions", "roles"} {
		for i, value := range words[string](q[name]) {
			if i == 0 && (name == "topics" || name == "series") {
				continue // the selection has it
			}
			rest := slices.DeleteFunc(words[string](q[name]), func(v string) bool { return v == value })
			e.page.Chosen = append(e.page.Chosen, chosen{name, value, e.labelOf(name, value), e.address(map[string]string{name: strings.Join(rest, ",")})})
		}
	}
}

// labelOf is how a condition is shown.
func (e *exploring) labelOf(name, value string) string {
	for kind, of := range map[content.Kind]string{content.KindTopic: "topics", content.KindSeries: "series"} {
		if num, ok := e.view.NumberOf(kind, value); ok && of == name {
			return e.view.ByNumber(num).Label()
		}
	}
	return cut(value, 80)
}

// entries is a selection among entries of a kind: the first by name, and what is chosen.
func (e *exploring) entries(name, label string, kind content.Kind) choice {
	first := int32(mostChoices)
	var all []edition.Entry
	if kind == content.KindTopic {
		if c, err := e.view.Topics(nil, edition.PageArgs{First: &first}); err == nil {
			for _, t := range c.Nodes() {
				all = append(all, t)
			}
		}
	} else if c, err := e.view.SeriesList(nil, nil, edition.PageArgs{First: &first}); err == nil {
		for _, s := range c.Nodes() {
			all = append(all, s)
		}
	}
	given := words[string](e.q[name])
	chosen := ""
	if len(given) > 0 {
		chosen = given[0]
		if num, ok := e.view.NumberOf(kind, chosen); ok {
			entry := e.view.ByNumber(num)
			chosen = entry.Common().Slug
			if !slices.ContainsFunc(all, func(o edition.Entry) bool { return o.ID() == entry.ID() }) {
				all = append(all, entry)
			}
		}
	}
	options := [][2]string{{"", e.t("Any")}}
	for _, entry := range all {
		options = append(options, [2]string{entry.Common().Slug, entry.Label()})
	}
	c := e.choice(name, label, chosen, options...)
	if chosen != "" && !slices.ContainsFunc(c.Options, func(o option) bool { return o.IsChosen }) {
		c.Options = append(c.Options, option{chosen, cut(chosen, 80), true})
	}
	return c
}
