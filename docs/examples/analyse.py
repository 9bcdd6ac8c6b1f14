"""Reads a network of a Better Together Hub and finds its brokers and communities with networkx.

    python3 analyse.py network.graphml
    python3 analyse.py https://hub.example/network/CODE.json

The argument is a file or an address, GraphML or node-link JSON: the addresses are in NetworkDownloads. Needs networkx 2.8 or newer.
Where the file has a measure of the hub too, the two are compared; they must agree.
"""

import io
import json
import sys
import urllib.request

import networkx as nx


def read(source):
    """Reads a file or an address as an undirected graph."""
    if source.startswith(("https://", "http://")):
        with urllib.request.urlopen(source, timeout=60) as answer:
            text = answer.read()
    else:
        with open(source, "rb") as file:
            text = file.read()
    if not text.lstrip().startswith(b"{"):
        return nx.Graph(nx.read_graphml(io.BytesIO(text)))
    data = json.loads(text)
    graph = nx.Graph(**data["graph"])
    for node in data["nodes"]:
        graph.add_node(node.pop("id"), **node)
    for edge in data["edges"] if "edges" in data else data["links"]:
        graph.add_edge(edge.pop("source"), edge.pop("target"), **edge)
    return graph


def measure(graph):
    """Measures every node, as the hub does; the names are those in the files."""
    for _, _, edge in graph.edges(data=True):
        edge["length"] = 1 / edge["weight"]
    measures = {"strength": dict(graph.degree(weight="weight")), "harmonic": {}, "pagerank": {}}
    if len(graph) > 2:
        measures["betweenness"] = nx.betweenness_centrality(graph)
        measures["weightedBetweenness"] = nx.betweenness_centrality(graph, weight="length")
    if len(graph) > 1:
        harmonic = nx.harmonic_centrality(graph)
        measures["harmonic"] = {v: x / (len(graph) - 1) for v, x in harmonic.items()}
    measures["pagerank"] = walk(graph)
    joined = [v for v, degree in graph.degree() if degree > 0]
    measures["constraint"] = nx.constraint(graph, joined, weight="weight")
    measures["effectiveSize"] = nx.effective_size(graph, joined, weight="weight")
    clustering = nx.clustering(graph)
    measures["clustering"] = {v: clustering[v] for v, degree in graph.degree() if degree > 1}
    return measures


def walk(graph, steps=300):
    """PageRank with a damping of 0.85. nx.pagerank gives the same and wants numpy, and a tol of 1e-13 for as many digits."""
    rank = dict.fromkeys(graph, 1 / max(1, len(graph)))
    strength = dict(graph.degree(weight="weight"))
    for _ in range(steps):
        lost = sum(rank[v] for v in graph if strength[v] == 0)
        rank = {
            v: 0.85 * sum(rank[w] * edge["weight"] / strength[w] for w, edge in graph[v].items())
            + (0.15 + 0.85 * lost) / len(graph)
            for v in graph
        }
    return rank


def first(graph, values, most=5, lowest=False):
    """Names the nodes with the highest or lowest values."""
    sign = 1 if lowest else -1
    best = sorted(values, key=lambda v: (sign * round(values[v], 12), graph.nodes[v]["label"]))
    return [(graph.nodes[v]["label"], values[v]) for v in best[:most]]


def main(source):
    graph = read(source)
    print(graph.graph.get("citation", source))
    print("digest", graph.graph.get("digest"))
    components = list(nx.connected_components(graph))
    print(f"{len(graph)} nodes, {graph.size()} edges, {len(components)} components, the largest of {max(map(len, components), default=0)}")
    measures = measure(graph)
    for name, title, lowest in [
        ("betweenness", "On most shortest paths", False),
        ("constraint", "Least constrained", True),
        ("pagerank", "Highest PageRank", False),
        ("strength", "Strongest", False),
    ]:
        print(f"\n{title}:")
        for label, value in first(graph, measures.get(name, {}), lowest=lowest):
            print(f"  {value:9.4f}  {label}")
    if graph.size() > 0:
        communities = nx.community.louvain_communities(graph, seed=1)
        print(f"\n{len([c for c in communities if len(c) > 1])} communities, modularity {nx.community.modularity(graph, communities):.4f} by networkx", end="")
        of_hub = {}
        for v, node in graph.nodes(data=True):
            of_hub.setdefault(node.get("community", ("alone", v)), set()).add(v)
        if any("community" in node for _, node in graph.nodes(data=True)):
            print(f", {nx.community.modularity(graph, of_hub.values()):.4f} by the hub", end="")
        print()
    return agree(graph, measures)


def agree(graph, measures):
    """Compares with the measures of the hub that the file has, unless they are estimates."""
    if "errorBounds" in graph.graph:
        print("\nThe hub's betweenness is an estimate; nothing is compared.")
        return 0
    worst, compared = 0.0, 0
    for name, values in measures.items():
        for v, value in values.items():
            if name in graph.nodes[v]:
                compared += 1
                worst = max(worst, abs(graph.nodes[v][name] - value) / max(1, abs(value)))
    print(f"\n{compared} numbers of the hub compared, the largest difference is {worst:.1e}")
    return 0 if worst <= 1e-9 else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 analyse.py FILE or ADDRESS of a network, GraphML or node-link JSON")
    sys.exit(main(sys.argv[1]))
