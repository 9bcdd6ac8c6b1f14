// Package web holds the built front end, compiled into the binary.
//
// One folder of dist is one page: graphiql/ is the API explorer. The server calls Dist and serves what it finds.
// The package never builds, changes or serves a file: dist is written by `npm run build` in this folder from src
// and package-lock.json, is committed, and a rebuild changes no byte.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist returns the tree below dist, read only; its index page of the explorer is "graphiql/index.html".
func Dist() fs.FS {
	tree, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // fs.Sub refuses only invalid paths, and "dist" is valid.
	}
	return tree
}
