// Command codegen makes code of schema.graphqls: package gen by gqlgen, and beside it, of the same bindings, the tables by which
// package plan writes answers without gqlgen's execution.
//
// It is run by "go generate"; nothing imports it.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "codegen:", err)
		os.Exit(1)
	}
}

func run() error {
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return err
	}
	if err := api.Generate(cfg, api.AddPlugin(tables{})); err != nil {
		return err
	}
	return inline(cfg.Exec.Filename)
}

// inline lets lists be written in the goroutine of their request. gqlgen gives each element of a list a goroutine, for resolvers
// that wait; ours read memory and never wait, so that the goroutines only cost.
func inline(file string) error {
	source, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, after := []byte("graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, "), []byte("scalar.MarshalSlice(ctx, len(v), ")
	if !bytes.Contains(source, before) {
		return fmt.Errorf("%s has no lists as this program knows them; gqlgen may have changed", file)
	}
	return os.WriteFile(file, bytes.ReplaceAll(source, before, after), 0o600)
}

// tables is the plugin of gqlgen that writes what package plan needs.
type tables struct{}

// Name implements plugin.Plugin.
func (tables) Name() string { return "tables" }

// GenerateCode implements plugin.CodeGenerator.
func (tables) GenerateCode(data *codegen.Data) error {
	w := newWriter(data)
	if err := w.writeArguments("graph/gen/arguments.go"); err != nil {
		return err
	}
	return w.writeTables("internal/plan/tables.go")
}
