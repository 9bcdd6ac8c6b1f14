// Command inline finishes what gqlgen generates: lists are written in the goroutine of their request. gqlgen gives each
// element of a list a goroutine, for resolvers that wait; ours read memory and never wait, so that the goroutines only cost.
//
// It is run by "go generate", behind gqlgen; nothing imports it.
package main

import (
	"bytes"
	"fmt"
	"os"
)

func main() {
	const file = "graph/gen/exec.go"
	source, err := os.ReadFile(file)
	if err == nil {
		before, after := []byte("graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, "), []byte("scalar.MarshalSlice(ctx, len(v), ")
		if !bytes.Contains(source, before) {
			err = fmt.Errorf("%s has no lists as this program knows them; gqlgen may have changed", file)
		} else {
			err = os.WriteFile(file, bytes.ReplaceAll(source, before, after), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "inline:", err)
		os.Exit(1)
	}
}
