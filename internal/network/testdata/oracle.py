"""Tells what networkx says of graphs.

Reads a list of graphs as JSON from standard input and writes a list of answers. A number that networkx does not define is null.
"""

import itertools
import json
import math
import sys

import networkx as nx
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python


def answer(asked):
    graph = nx.Graph()
    graph.add_nodes_from(range(asked["nodes"]))
    for a, b, weight, length in asked["edges"]:
        graph.add_edge(a, b, weight=weight, length=length)
    nodes = list(graph)

    def by_node(values):
        return [None if values[v] is None or math.isnan(values[v]) else values[v] for v in nodes]

    rank = _pagerank_python(graph, max_iter=1000, tol=1e-13 / len(graph))
    harmonic = nx.harmonic_centrality(graph)
    clustering = nx.clustering(graph)
    points = set(nx.articulation_points(graph))
    bridges = {tuple(sorted(e)) for e in nx.bridges(graph)}
    small = len(graph) < 3
    told = {
        "components": sorted(len(c) for c in nx.connected_components(graph)),
        "points": [v in points for v in nodes],
        "bridges": [(a, b) in bridges for a, b, _, _ in asked["edges"]],
        "pageRank": by_node(rank),
        "betweenness": [None] * len(graph) if small else by_node(nx.betweenness_centrality(graph)),
        "weightedBetweenness": [None] * len(graph) if small else by_node(nx.betweenness_centrality(graph, weight="length")),
        "harmonic": [harmonic[v] / (len(graph) - 1) if len(graph) > 1 else None for v in nodes],
        "constraint": by_node(nx.constraint(graph, nodes, weight="weight")),
        "effectiveSize": by_node(nx.effective_size(graph, nodes, weight="weight")),
        "clustering": by_node({v: clustering[v] if graph.degree(v) > 1 else None for v in nodes}),
        "paths": [],
    }
    try:
        paths = nx.shortest_simple_paths(graph, 0, len(graph) - 1, weight="length")
        told["paths"] = [nx.path_weight(graph, p, "length") for p in itertools.islice(paths, asked["most"])]
    except nx.NetworkXNoPath:
        pass
    if graph.size() > 0:
        told["modularity"] = nx.community.modularity(graph, groups(asked["labels"]))
        told["best"] = max(
            nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed)) for seed in range(5)
        )
    return told


def groups(labels):
    found = {}
    for node, label in enumerate(labels):
        found.setdefault(label, set()).add(node)
    return found.values()


json.dump([answer(asked) for asked in json.load(sys.stdin)], sys.stdout)
