"""Tells what networkx reads out of the files of networks.

Takes names of files and writes a list of answers, in their order. What networkx cannot read of GEXF is read by the rules of GEXF 1.3, which are
checked in any case.
"""

import datetime
import json
import sys
import xml.etree.ElementTree as ElementTree

import networkx as nx
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"


def node_link(name):
    with open(name) as file:
        data = json.load(file)
    try:
        return nx.node_link_graph(data, edges="edges")
    except TypeError:  # before networkx 3.4
        return nx.node_link_graph(data, link="edges")


def gexf(name):
    root = ElementTree.parse(name).getroot()
    check(root)
    try:
        return nx.read_gexf(name)
    except nx.NetworkXError as error:
        assert "No <graph> element" in str(error), error  # it does not know the namespace of 1.3
    graph = nx.Graph()
    for node in root.iter(GEXF + "node"):
        graph.add_node(node.get("id"), label=node.get("label"), **values(node))
    for edge in root.iter(GEXF + "edge"):
        graph.add_edge(edge.get("source"), edge.get("target"), weight=float(edge.get("weight")), **values(edge))
    return graph


def values(element):
    return {a.get("for"): a.get("value") for a in element.iter(GEXF + "attvalue")}


def check(root):
    """Checks what the schema of GEXF 1.3 and its primer say."""
    assert root.tag == GEXF + "gexf" and root.get("version") == "1.3"
    meta, graph = list(root)
    assert meta.tag == GEXF + "meta" and graph.tag == GEXF + "graph"
    datetime.date.fromisoformat(meta.get("lastmodifieddate"))
    assert sorted(e.tag for e in meta) == [GEXF + "creator", GEXF + "description"]
    assert graph.attrib == {
        "defaultedgetype": "undirected", "mode": "dynamic", "timeformat": "date", "timerepresentation": "interval",
    }
    assert [e.tag for e in graph] == [GEXF + name for name in ("attributes", "attributes", "nodes", "edges")]
    parse = {"integer": int, "double": float, "string": str, "anyURI": str, "liststring": addresses}
    ids = set()
    for attributes, elements, name in ((graph[0], graph[2], "node"), (graph[1], graph[3], "edge")):
        assert attributes.get("class") == name and attributes.get("mode") == "static"
        types = {a.get("id"): a.get("type") for a in attributes}
        assert len(types) == len(attributes) and all(a.get("title") for a in attributes)
        assert int(elements.get("count")) == len(elements)
        for element in elements:
            assert element.tag == GEXF + name
            if name == "node":
                assert element.get("id") not in ids and element.get("label") is not None
                ids.add(element.get("id"))
            else:
                assert element.get("source") in ids and element.get("target") in ids
                assert 0 < float(element.get("weight")) < float("inf")
            found = [a.get("for") for a in element.iter(GEXF + "attvalue")]
            assert len(set(found)) == len(found)
            for a in element.iter(GEXF + "attvalue"):
                value = parse[types[a.get("for")]](a.get("value"))
                assert value == value  # no NaN
            check_spells(element)
            for c in element.iter(VIZ + "color"):
                assert name == "node" and all(0 <= int(c.get(channel)) <= 255 for channel in "rgb")


def addresses(text):
    assert text.startswith("['") and text.endswith("']")
    found = text[2:-2].split("', '")
    assert all(a.startswith("https://") and "'" not in a for a in found)
    return found


def check_spells(element):
    lists = element.findall(GEXF + "spells")
    assert len(lists) <= 1
    before = None
    for spells in lists:
        assert len(spells) > 0
        for spell in spells:
            start, end = (datetime.date.fromisoformat(spell.get(side)) for side in ("start", "end"))
            assert start <= end and (before is None or before < start)
            before = end


READERS = {"graphml": nx.read_graphml, "gexf": gexf, "json": node_link}


def answer(name):
    graph = READERS[name.rsplit(".", 1)[1]](name)
    assert not graph.is_directed() and not graph.is_multigraph()
    rank = _pagerank_python(graph, max_iter=1000, tol=1e-13 / len(graph))
    return {
        "labels": dict(graph.nodes(data="label")),
        "edges": [sorted((a, b)) + [weight] for a, b, weight in graph.edges(data="weight")],
        "degree": dict(graph.degree()),
        "strength": dict(graph.degree(weight="weight")),
        "pagerank": rank,
        "digest": graph.graph.get("digest"),
        "version": graph.graph.get("version"),
        "given": {node: float(value) for node, value in graph.nodes(data="pagerank")},
    }


json.dump([answer(name) for name in sys.argv[1:]], sys.stdout)
