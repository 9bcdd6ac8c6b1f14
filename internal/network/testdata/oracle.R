# Tells what igraph says of graphs.
#
# Reads a list of graphs as JSON from standard input and writes a list of answers. A number that igraph does not define is
# null.

suppressPackageStartupMessages({
  library(igraph)
  library(jsonlite)
})

answer <- function(asked) {
  edges <- matrix(as.numeric(unlist(asked$edges)), ncol = 4, byrow = TRUE)
  graph <- add_edges(make_empty_graph(asked$nodes, directed = FALSE), as.vector(t(edges[, 1:2] + 1)))
  weight <- edges[, 3]
  length <- edges[, 4]
  defined <- function(values) {
    values[is.nan(values)] <- NA
    values
  }
  told <- list(
    components = sort(components(graph)$csize),
    points = seq_len(vcount(graph)) %in% as.integer(articulation_points(graph)),
    bridges = seq_len(ecount(graph)) %in% as.integer(bridges(graph)),
    pageRank = page_rank(graph, damping = 0.85, weights = weight)$vector,
    betweenness = defined(betweenness(graph, weights = NA, normalized = TRUE)),
    harmonic = if (vcount(graph) > 1) harmonic_centrality(graph, weights = NA, normalized = TRUE) else NA,
    clustering = defined(transitivity(graph, type = "local", isolates = "nan"))
  )
  if (ecount(graph) > 0) {
    told$weightedBetweenness <- defined(betweenness(graph, weights = length, normalized = TRUE))
    told$modularity <- unbox(modularity(graph, unlist(asked$labels) + 1, weights = weight))
    told$best <- unbox(max(sapply(1:5, function(seed) {
      set.seed(seed)
      louvain <- cluster_louvain(graph, weights = weight)
      leiden <- cluster_leiden(graph, objective_function = "modularity", weights = weight, n_iterations = 20)
      max(
        modularity(graph, membership(louvain), weights = weight),
        modularity(graph, membership(leiden), weights = weight)
      )
    })))
  }
  told
}

asked <- fromJSON(file("stdin"), simplifyVector = FALSE)
cat(toJSON(lapply(asked, answer), digits = NA, na = "null"))
