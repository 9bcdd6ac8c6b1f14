# Tells what igraph reads out of the GraphML of networks. Takes names of files and writes a list of answers, in their order.

suppressPackageStartupMessages({
  library(igraph)
  library(jsonlite)
})

# exact writes a number with all its digits, of which toJSON leaves some out.
exact <- function(value) structure(sprintf("%.17g", value), class = "json")

answer <- function(name) {
  graph <- read_graph(name, format = "graphml")
  stopifnot(!is_directed(graph), is_simple(graph))
  ids <- V(graph)$id
  named <- function(values) as.list(setNames(values, ids))
  ends <- ends(graph, E(graph), names = FALSE)
  list(
    labels = named(V(graph)$label),
    edges = lapply(seq_len(ecount(graph)), function(i) c(as.list(sort(ids[ends[i, ]])), list(exact(E(graph)$weight[i])))),
    degree = named(degree(graph)),
    strength = named(strength(graph)),
    pagerank = named(page_rank(graph, damping = 0.85)$vector),
    digest = graph$digest,
    version = graph$version,
    given = named(lapply(V(graph)$pagerank, exact))
  )
}

cat(toJSON(lapply(commandArgs(trailingOnly = TRUE), answer), digits = NA, auto_unbox = TRUE, json_verbatim = TRUE))
