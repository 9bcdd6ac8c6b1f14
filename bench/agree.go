package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scalars are the leaves of the data of a GraphQL answer in their order, each with its response name: "title=Bridges to Work". It
// leaves out what two schemas may do differently: how objects and lists are nested.
func scalars(answer []byte) ([]string, error) {
	in := json.NewDecoder(bytes.NewReader(answer))
	in.UseNumber()
	var leaves []string
	var walk func(name string) error
	walk = func(name string) error {
		token, err := in.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case json.Delim:
			for in.More() {
				inner := name
				if t == '{' {
					key, err := in.Token()
					if err != nil {
						return err
					}
					if inner = key.(string); inner == "errors" {
						return fmt.Errorf("the answer has errors: %.300s", answer)
					}
				}
				if err := walk(inner); err != nil {
					return err
				}
			}
			_, err := in.Token()
			return err
		case nil:
			leaves = append(leaves, name+"=null")
		default:
			leaves = append(leaves, name+"="+fmt.Sprint(t))
		}
		return nil
	}
	if err := walk(""); err != nil {
		return nil, fmt.Errorf("read an answer: %w: %.300s", err, answer)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read an answer: something stands behind it: %.300s", answer)
	}
	return leaves, nil
}

// agree says where two answers differ; nil when all their scalars are the same in the same order.
func agree(got, want []byte) error {
	g, err := scalars(got)
	if err != nil {
		return err
	}
	w, err := scalars(want)
	if err != nil {
		return err
	}
	for i := range max(len(g), len(w)) {
		if i < len(g) && i < len(w) && g[i] == w[i] {
			continue
		}
		return fmt.Errorf("scalar %d of %d (the hub has %d) is %s, the hub answers %s", i+1, len(g), len(w), around(g, i), around(w, i))
	}
	if len(g) < 2 {
		return fmt.Errorf("the answer is empty: %.300s", got)
	}
	return nil
}

func around(leaves []string, at int) string {
	return "[" + strings.Join(leaves[min(at, len(leaves)):min(at+3, len(leaves))], ", ") + " …]"
}
