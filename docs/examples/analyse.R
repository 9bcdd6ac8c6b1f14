# Reads a network of a Better Together Hub and finds its brokers and communities with igraph.
#
#   Rscript analyse.R network.graphml
#   Rscript analyse.R https://hub.example/network/CODE.json
#
# The argument is a file or an address, GraphML or node-link JSON: the addresses are in NetworkDownloads. Needs igraph, and
# jsonlite for JSON. Where the file has a measure of the hub too, the two are compared; they must agree.

suppressPackageStartupMessages(library(igraph))

# read_network reads a file or an address as an undirected graph.
read_network <- function(source) {
  file <- source
  if (grepl("^https?://", source)) {
    file <- tempfile()
    download.file(source, file, quiet = TRUE, mode = "wb")
  }
  if (substr(trimws(readChar(file, 100, useBytes = TRUE)), 1, 1) != "{") {
    graph <- read_graph(file, format = "graphml")
    graph_attr(graph, "estimated") <- nzchar(c(graph_attr(graph, "errorBounds"), ""))[1]
    return(graph)
  }
  data <- jsonlite::fromJSON(file, simplifyVector = FALSE)
  edges <- if (is.null(data$edges)) data$links else data$edges
  ids <- vapply(data$nodes, function(node) node$id, "")
  ends <- vapply(edges, function(edge) match(c(edge$source, edge$target), ids), c(0L, 0L))
  graph <- make_graph(as.vector(ends), n = length(ids), directed = FALSE)
  E(graph)$weight <- vapply(edges, function(edge) as.numeric(edge$weight), 0)
  V(graph)$label <- vapply(data$nodes, function(node) node$label, "")
  for (name in measured) {
    values <- vapply(data$nodes, function(node) if (is.null(node[[name]])) NaN else as.numeric(node[[name]]), 0)
    if (any(!is.nan(values))) graph <- set_vertex_attr(graph, name, value = values)
  }
  for (name in c("citation", "digest")) {
    if (!is.null(data$graph[[name]])) graph <- set_graph_attr(graph, name, data$graph[[name]])
  }
  graph_attr(graph, "estimated") <- !is.null(data$graph$errorBounds)
  graph
}

# measured are the names in the files of what is compared, and community.
measured <- c("strength", "betweenness", "weightedBetweenness", "harmonic", "pagerank", "constraint", "clustering", "community")

# measure measures every node as the hub does; NA is where a measure is not defined.
measure <- function(graph) {
  weight <- if (ecount(graph) > 0) E(graph)$weight else numeric(0)
  measures <- list(
    strength = strength(graph, weights = weight),
    pagerank = page_rank(graph, damping = 0.85, weights = weight)$vector,
    clustering = transitivity(graph, type = "local", isolates = "nan")
  )
  if (vcount(graph) > 1) measures$harmonic <- harmonic_centrality(graph, weights = NA, normalized = TRUE)
  if (vcount(graph) > 2) {
    measures$betweenness <- betweenness(graph, weights = NA, normalized = TRUE)
    measures$weightedBetweenness <- betweenness(graph, weights = 1 / weight, normalized = TRUE)
  }
  measures$constraint <- burt(graph, weight)
  measures
}

# burt is Burt's constraint (1992): over each neighbour, the square of what leads to it, at once and through one other.
burt <- function(graph, weight) {
  proportions <- as_adjacency_matrix(set_edge_attr(graph, "weight", value = weight), attr = if (ecount(graph) > 0) "weight", sparse = FALSE)
  proportions <- proportions / pmax(rowSums(proportions), .Machine$double.xmin)
  values <- rowSums((proportions + proportions %*% proportions)^2 * (proportions > 0))
  values[degree(graph) == 0] <- NA
  values
}

tell <- function(graph, title, values, lowest = FALSE) {
  cat("\n", title, ":\n", sep = "")
  if (is.null(values)) {
    return(invisible())
  }
  rounded <- round(values, 12)
  order <- head(order(if (lowest) rounded else -rounded, V(graph)$label, na.last = NA), 5)
  cat(sprintf("  %9.4f  %s\n", values[order], V(graph)$label[order]), sep = "")
}

main <- function(source) {
  graph <- read_network(source)
  citation <- graph_attr(graph, "citation")
  cat(if (is.null(citation)) source else citation, "\n", sep = "")
  cat("digest", graph_attr(graph, "digest"), "\n")
  sizes <- components(graph)$csize
  cat(vcount(graph), "nodes,", ecount(graph), "edges,", length(sizes), "components, the largest of", max(0, sizes), "\n")
  measures <- measure(graph)
  tell(graph, "On most shortest paths", measures$betweenness)
  tell(graph, "Least constrained", measures$constraint, lowest = TRUE)
  tell(graph, "Highest PageRank", measures$pagerank)
  tell(graph, "Strongest", measures$strength)
  if (ecount(graph) > 0) {
    set.seed(1)
    found <- membership(cluster_leiden(graph, objective_function = "modularity", weights = E(graph)$weight, n_iterations = 20))
    cat(sprintf("\n%d communities, modularity %.4f by igraph", sum(table(found) > 1), modularity(graph, found, weights = E(graph)$weight)))
    of_hub <- vertex_attr(graph, "community")
    if (!is.null(of_hub)) {
      alone <- is.nan(of_hub)
      of_hub[alone] <- max(of_hub, -1, na.rm = TRUE) + seq_len(sum(alone))
      cat(sprintf(", %.4f by the hub", modularity(graph, of_hub + 1, weights = E(graph)$weight)))
    }
    cat("\n")
  }
  if (isTRUE(graph_attr(graph, "estimated"))) {
    cat("\nThe hub's betweenness is an estimate; nothing is compared.\n")
    return(0)
  }
  worst <- 0
  compared <- 0
  for (name in intersect(names(measures), vertex_attr_names(graph))) {
    given <- vertex_attr(graph, name)
    both <- !is.nan(given) & !is.na(measures[[name]])
    compared <- compared + sum(both)
    worst <- max(worst, abs(given - measures[[name]])[both] / pmax(1, abs(measures[[name]][both])))
  }
  cat(sprintf("\n%d numbers of the hub compared, the largest difference is %.1e\n", compared, worst))
  if (worst <= 1e-9) 0 else 1
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) {
  cat("usage: Rscript analyse.R FILE or ADDRESS of a network, GraphML or node-link JSON\n", file = stderr())
  quit(status = 2)
}
quit(status = main(arguments[1]))
