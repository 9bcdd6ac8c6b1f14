package server

import (
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// writer is somebody with a token who writes through a hub's HTTP handler.
type writer struct {
	*hub
	token string
}

// as makes a token with a role, whose name is "test", and returns who holds it. An anonymous one has none.
func (h *hub) as(t *testing.T, role auth.Role) writer {
	t.Helper()
	if role == auth.Anonymous {
		return writer{hub: h}
	}
	return writer{h, h.token(t, role, time.Hour)}
}

// node makes a hub that answers from a desk of its own on a database, as one node of several does.
func node(t *testing.T, database string, clock *hubtest.Clock) (*hub, *desk.Desk) {
	t.Helper()
	d := hubtest.Open(t, database, clock)
	return &hub{database: database, log: &logbook{}, Server: New(Config{Desk: d, Site: "https://hub.example", Build: "test", Log: slog.New(slog.DiscardHandler)})}, d
}

// with is the same writer at another node.
func (w writer) with(h *hub) writer { return writer{h, w.token} }

// ask asks with the writer's token.
func (w writer) ask(t *testing.T, query string, variables any) answer {
	t.Helper()
	var headers []string
	if w.token != "" {
		headers = append(headers, "Authorization: Bearer "+w.token)
	}
	if given, ok := variables.(vars); ok {
		for _, v := range given {
			if _, isFile := v.(attachment); isFile {
				return w.attach(t, query, given, headers...)
			}
		}
	}
	return w.hub.ask(t, query, variables, headers...)
}

// data asks and wants no GraphQL errors.
func (w writer) data(t *testing.T, query string, variables any) map[string]any {
	t.Helper()
	a := w.ask(t, query, variables)
	if len(a.Errors) > 0 || a.status != 200 {
		t.Fatalf("%.300s\n%.1000s", query, a.body)
	}
	return object(t, a.Data)
}

// write asks and wants no mistakes in any payload either.
func (w writer) write(t *testing.T, query string, variables any) map[string]any {
	t.Helper()
	data := w.data(t, query, variables)
	if codes := mistakes(data); len(codes) > 0 {
		t.Fatalf("%.300s\n%v", query, data)
	}
	return data
}

// refused asks and returns the codes of all mistakes and errors.
func (w writer) refused(t *testing.T, query string, variables any) []string {
	t.Helper()
	return mistakesOf(t, w.ask(t, query, variables))
}

// mistakesOf are the codes of an answer's errors and of those in its payloads.
func mistakesOf(t *testing.T, a answer) []string {
	t.Helper()
	var codes []string
	for _, e := range a.Errors {
		code, _ := e.Extensions["code"].(string)
		codes = append(codes, code)
	}
	if len(a.Data) > 0 && string(a.Data) != "null" {
		codes = append(codes, mistakes(object(t, a.Data))...)
	}
	return codes
}

func object(t *testing.T, raw json.RawMessage) map[string]any {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatalf("%v in %.300s", err, raw)
	}
	return data
}

// mistakes are the codes in the errors of all payloads.
func mistakes(data map[string]any) []string {
	var codes []string
	for _, payload := range data {
		of, _ := payload.(map[string]any)
		told, _ := of["errors"].([]any)
		for _, m := range told {
			code, _ := m.(map[string]any)["code"].(string)
			codes = append(codes, code)
		}
	}
	return codes
}

// at finds a value by its path: "createTopic.topic.id", "entries.0.id"; nil where there is none.
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch within := value.(type) {
		case map[string]any:
			value = within[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(within) {
				return nil
			}
			value = within[i]
		default:
			return nil
		}
	}
	return value
}

// text is at for a value that must be a text.
func text(t *testing.T, value any, path string) string {
	t.Helper()
	s, ok := at(value, path).(string)
	if !ok {
		t.Fatalf("no text at %s of %v", path, value)
	}
	return s
}

// vars are variables of a query by their names.
type vars = map[string]any

// put makes an entry public and returns its id.
func put(t *testing.T, d *desk.Desk, e content.Entry) content.ID {
	t.Helper()
	return hubtest.Publish(t, d, e)[0]
}
