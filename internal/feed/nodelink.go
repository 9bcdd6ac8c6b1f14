package feed

import (
	"io"
	"strconv"

	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// NodeLink writes a network as node-link JSON (application/json), as networkx.node_link_graph reads it: nodes, and edges under "edges", the key
// that networkx 3.6 and later expects; 3.4 and 3.5 want node_link_graph(data, edges="edges"), older ones link="edges". The snapshot is the
// graph's data. Lists are always there; other values that are not known or not defined are left out. It writes as it goes, so
// an error may come after a part of the file.
func NodeLink(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	x, d := walk(v, n, of), newDocument(w)
	d.put(`{"directed":false,"multigraph":false,"graph":`, jsonText(of.facts(n)), `,"nodes":[`)
	text := func(name, value string) {
		d.put(",")
		d.json(name)
		d.put(":")
		d.json(value)
	}
	number := func(name, value string) {
		d.put(",")
		d.json(name)
		d.put(":", value)
	}
	part := func(p *networkPart) {
		number("gatherings", strconv.Itoa(p.gatherings))
		d.jsonList("episodes", p.episodes)
		d.jsonList("caseStudies", p.caseStudies)
		if p.first != "" {
			text("first", string(p.first))
		}
		if p.last != "" {
			text("last", string(p.last))
		}
	}
	between := "\n"
	for node := range x.eachNode() {
		d.put(between, `{"id":`)
		d.json(string(node.id))
		text("label", node.label)
		text("kind", string(node.kind))
		text("url", node.url)
		part(&node.networkPart)
		number("degree", strconv.Itoa(node.degree))
		number("strength", decimal(node.strength))
		for _, name := range x.measures {
			if value, ok := x.measured(name, node.place); ok {
				number(name, value)
			}
		}
		if d.put("}"); d.err != nil {
			return d.err
		}
		between = ",\n"
	}
	d.put("\n],\"edges\":[")
	between = "\n"
	for edge := range x.eachEdge() {
		d.put(between, `{"source":`)
		d.json(string(edge.source))
		text("target", string(edge.target))
		number("weight", decimal(edge.weight))
		part(&edge.networkPart)
		if d.put("}"); d.err != nil {
			return d.err
		}
		between = ",\n"
	}
	d.put("\n]}\n")
	return d.end()
}

func (d *document) jsonList(name string, all []string) {
	d.put(`,"`, name, `":[`)
	for i, s := range all {
		if i > 0 {
			d.put(",")
		}
		d.json(s)
	}
	d.put("]")
}

// json writes a text as JSON.
func (d *document) json(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			d.put(jsonText(s))
			return
		}
	}
	d.put(`"`, s, `"`)
}
