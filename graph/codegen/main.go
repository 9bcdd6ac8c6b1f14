// Command codegen makes code of schema.graphqls: package gen by gqlgen, and beside it, of the same bindings, the tables by which
// package plan writes answers without gqlgen's execution.
//
// It is run by "go generate"; nothing imports it.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"

	"bettertogether/internal/content"
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
	source, err := os.ReadFile(cfg.Exec.Filename)
	if err != nil {
		return err
	}
	if source, err = inline(source); err != nil {
		return fmt.Errorf("%s: %w", cfg.Exec.Filename, err)
	}
	return os.WriteFile(cfg.Exec.Filename, intoParts(source), 0o600)
}

// inline lets lists be written in the goroutine of their request. gqlgen gives each element of a list a goroutine, for resolvers
// that wait; ours read memory and never wait, so that the goroutines only cost.
func inline(source []byte) ([]byte, error) {
	before, after := []byte("graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, "), []byte("scalar.MarshalSlice(ctx, len(v), ")
	if !bytes.Contains(source, before) {
		return nil, errors.New("there are no lists as this program knows them; gqlgen may have changed")
	}
	return bytes.ReplaceAll(source, before, after), nil
}

// intoParts lets inputs be written into the parts of entries. What an entry keeps in a part is read by a method with the name of the
// field; gqlgen finds that method and would assign to it.
func intoParts(source []byte) []byte {
	entries := map[string]reflect.Type{}
	for _, kind := range content.Kinds() {
		entry := reflect.TypeOf(content.New(kind))
		entries["content."+entry.Elem().Name()] = entry
	}
	written := regexp.MustCompile(`(?m)^\tvar it (.+)$`)
	funcs := bytes.SplitAfter(source, []byte("\n}\n"))
	for i, text := range funcs {
		of := written.FindSubmatch(text)
		if of == nil || entries[string(of[1])] == nil {
			continue
		}
		for method := range entries[string(of[1])].Methods() {
			if !strings.HasPrefix(method.Name, "Own") {
				continue
			}
			for field := range method.Type.Out(0).Elem().Fields() {
				text = bytes.ReplaceAll(text, []byte("it."+field.Name+" = data"), []byte("it."+method.Name+"()."+field.Name+" = data"))
			}
		}
		funcs[i] = text
	}
	return bytes.Join(funcs, nil)
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
