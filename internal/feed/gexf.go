package feed

import (
	"io"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// communityColours are those of the largest communities, first to eighth, as red, green and blue: Okabe & Ito's, which people who do not see
// all colours can tell apart too. Smaller communities are grey, so that no two share a colour that means something.
var communityColours = [8][3]int{
	{230, 159, 0}, {86, 180, 233}, {0, 158, 115}, {240, 228, 66}, {0, 114, 178}, {213, 94, 0}, {204, 121, 167}, {0, 0, 0},
}

var grey = [3]int{153, 153, 153}

// GEXF writes a network in GEXF 1.3 (application/gexf+xml), for Gephi. It is dynamic: nodes and edges have a spell for each time in which one of
// their gatherings was, or may have been, as far as dates are known, so that the timeline works; overlapping ones are joined, since the format
// forbids those. What has no dated gathering has no spell. If there are communities, nodes have their colours. It writes as it goes, so
// an error may come after a part of the file.
func GEXF(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	x, d := walk(v, n, of), newDocument(w)
	community, isColoured := of.Measures[MeasureCommunity]
	d.put(`<?xml version="1.0" encoding="UTF-8"?>`+"\n", `<gexf xmlns="http://gexf.net/1.3"`)
	if isColoured {
		d.put(` xmlns:viz="http://gexf.net/1.3/viz"`)
	}
	f := of.facts(n)
	d.put(` version="1.3">`+"\n", `<meta lastmodifieddate="`, of.Snapshot.Time().Format(time.DateOnly), `">`+"\n")
	d.put(`<creator>`, markup(strings.TrimSpace("Better Together Hub "+of.Site)), "</creator>\n<description>", markup(f.description()), "</description>\n</meta>\n")
	d.put(`<graph defaultedgetype="undirected" mode="dynamic" timeformat="date" timerepresentation="interval">` + "\n")
	attribute := func(name, kind string) {
		d.put(`<attribute id="`, markup(name), `" title="`, markup(name), `" type="`, kind, `"/>`+"\n")
	}
	common := func() {
		attribute("gatherings", "integer")
		attribute("episodes", "liststring")
		attribute("caseStudies", "liststring")
		attribute("first", "string")
		attribute("last", "string")
	}
	d.put(`<attributes class="node" mode="static">` + "\n")
	attribute("kind", "string")
	attribute("url", "anyURI")
	common()
	attribute("degree", "integer")
	attribute("strength", "double")
	for _, name := range x.measures {
		if of.Measures[name].IsWhole {
			attribute(name, "integer")
		} else {
			attribute(name, "double")
		}
	}
	d.put("</attributes>\n", `<attributes class="edge" mode="static">`+"\n")
	common()
	d.put("</attributes>\n", `<nodes count="`, strconv.Itoa(len(x.nodes)), `">`+"\n")
	value := func(name, text string) {
		d.put(`<attvalue for="`, markup(name), `" value="`, markup(text), `"/>`)
	}
	part := func(p *networkPart) {
		value("gatherings", strconv.Itoa(p.gatherings))
		d.gexfList("episodes", p.episodes)
		d.gexfList("caseStudies", p.caseStudies)
		if p.first != "" {
			value("first", string(p.first))
		}
		if p.last != "" {
			value("last", string(p.last))
		}
	}
	for node := range x.eachNode() {
		d.put(`<node id="`, markup(string(node.id)), `" label="`, markup(node.label), `"><attvalues>`)
		value("kind", string(node.kind))
		value("url", node.url)
		part(&node.networkPart)
		value("degree", strconv.Itoa(node.degree))
		value("strength", decimal(node.strength))
		for _, name := range x.measures {
			if text, ok := x.measured(name, node.place); ok {
				value(name, text)
			}
		}
		d.put("</attvalues>")
		d.gexfSpells(node.spells)
		if label, ok := community.in(node.place); isColoured && ok {
			c := grey
			if label >= 0 && int(label) < len(communityColours) {
				c = communityColours[int(label)]
			}
			d.put(`<viz:color r="`, strconv.Itoa(c[0]), `" g="`, strconv.Itoa(c[1]), `" b="`, strconv.Itoa(c[2]), `"/>`)
		}
		if d.put("</node>\n"); d.err != nil {
			return d.err
		}
	}
	d.put("</nodes>\n", `<edges count="`, strconv.Itoa(len(x.edges)), `">`+"\n")
	for edge := range x.eachEdge() {
		d.put(`<edge source="`, markup(string(edge.source)), `" target="`, markup(string(edge.target)), `" weight="`, decimal(edge.weight), `"><attvalues>`)
		part(&edge.networkPart)
		d.put("</attvalues>")
		d.gexfSpells(edge.spells)
		if d.put("</edge>\n"); d.err != nil {
			return d.err
		}
	}
	d.put("</edges>\n</graph>\n</gexf>\n")
	return d.end()
}

// in is the value at a node; false without any measure.
func (m NetworkMeasure) in(node int32) (float64, bool) {
	if m.Values == nil {
		return 0, false
	}
	return m.At(node)
}

// gexfList writes a list of addresses, none of which has an apostrophe, as "['a', 'b']".
func (d *document) gexfList(name string, all []string) {
	if len(all) == 0 {
		return
	}
	d.put(`<attvalue for="`, name, `" value="[`)
	for i, s := range all {
		if i > 0 {
			d.put(", ")
		}
		d.put("'", markup(s), "'")
	}
	d.put(`]"/>`)
}

func (d *document) gexfSpells(spells []spell) {
	if len(spells) == 0 {
		return // an empty list is forbidden
	}
	d.put("<spells>")
	for _, s := range spells {
		d.put(`<spell start="`, s.from, `" end="`, s.to, `"/>`)
	}
	d.put("</spells>")
}

// description tells people, and who reads it with care, which network a file holds.
func (f networkFacts) description() string {
	var lines []string
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, name+text)
		}
	}
	add("", f.Citation)
	add("Permalink: ", f.Permalink)
	add("Digest: ", f.Digest)
	add("Content version: ", strconv.FormatInt(f.Version, 10)+" at "+f.At)
	add("Filter: ", jsonText(f.Filter))
	add("Engine: ", f.Engine)
	if len(f.ErrorBounds) > 0 {
		add("Estimated, with error bounds: ", jsonText(f.ErrorBounds))
	}
	return strings.Join(lines, "\n")
}
