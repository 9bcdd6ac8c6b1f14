package feed

import (
	"io"
	"strconv"
	"strings"

	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// GraphML writes a network in GraphML (application/graphml+xml), as networkx's read_graphml and igraph's read_graph read it. The snapshot
// is data of the graph, its filter JSON in a text. Lists of addresses are separated by "; ". Values that are not known or not defined
// are left out. It writes as it goes, so an error may come after a part of the file.
func GraphML(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	x, d := walk(v, n, of), newDocument(w)
	d.put(
		`<?xml version="1.0" encoding="UTF-8"?>`+"\n", `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`,
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">`+"\n",
	)
	key := func(of, name, kind string) {
		d.put(`<key id="`, of[:1], "_", markup(name), `" for="`, of, `" attr.name="`, markup(name), `" attr.type="`, kind, `"/>`+"\n")
	}
	f := of.facts(n)
	for _, name := range []string{"engine", "at", "filter", "digest", "permalink", "citation", "site", "errorBounds"} {
		key("graph", name, "string")
	}
	key("graph", "version", "long")
	key("node", "label", "string")
	key("node", "kind", "string")
	key("node", "url", "string")
	key("node", "degree", "int")
	key("node", "strength", "double")
	for _, name := range x.measures {
		if of.Measures[name].IsWhole {
			key("node", name, "int")
		} else {
			key("node", name, "double")
		}
	}
	key("edge", "weight", "double")
	for _, class := range []string{"node", "edge"} {
		key(class, "gatherings", "int")
		for _, name := range []string{"episodes", "caseStudies", "first", "last"} {
			key(class, name, "string")
		}
	}
	data := func(of, name, text string) {
		d.put(`<data key="`, of, "_", markup(name), `">`, markup(text), "</data>")
	}
	known := func(of, name, text string) {
		if text != "" {
			data(of, name, text)
		}
	}
	part := func(of string, p *networkPart) {
		data(of, "gatherings", strconv.Itoa(p.gatherings))
		known(of, "episodes", strings.Join(p.episodes, "; "))
		known(of, "caseStudies", strings.Join(p.caseStudies, "; "))
		known(of, "first", string(p.first))
		known(of, "last", string(p.last))
	}
	d.put(`<graph id="network" edgedefault="undirected">` + "\n")
	data("g", "engine", f.Engine)
	data("g", "version", strconv.FormatInt(f.Version, 10))
	data("g", "at", f.At)
	data("g", "filter", jsonText(f.Filter))
	data("g", "digest", f.Digest)
	known("g", "permalink", f.Permalink)
	known("g", "citation", f.Citation)
	known("g", "site", f.Site)
	if len(f.ErrorBounds) > 0 {
		data("g", "errorBounds", jsonText(f.ErrorBounds))
	}
	d.put("\n")
	for node := range x.eachNode() {
		d.put(`<node id="`, markup(string(node.id)), `">`)
		data("n", "label", node.label)
		data("n", "kind", string(node.kind))
		data("n", "url", node.url)
		part("n", &node.networkPart)
		data("n", "degree", strconv.Itoa(node.degree))
		data("n", "strength", decimal(node.strength))
		for _, name := range x.measures {
			if text, ok := x.measured(name, node.place); ok {
				data("n", name, text)
			}
		}
		if d.put("</node>\n"); d.err != nil {
			return d.err
		}
	}
	for edge := range x.eachEdge() {
		d.put(`<edge source="`, markup(string(edge.source)), `" target="`, markup(string(edge.target)), `">`)
		data("e", "weight", decimal(edge.weight))
		part("e", &edge.networkPart)
		if d.put("</edge>\n"); d.err != nil {
			return d.err
		}
	}
	d.put("</graph>\n</graphml>\n")
	return d.end()
}
