package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/hubtest"
)

func TestCheckLinksTellsWhatItFinds(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer elsewhere.Close()
	database := filepath.Join(t.TempDir(), "hub.db")
	if _, _, err := hub(t, "check-links", "--database", database); err == nil {
		t.Error("a database that is not there was made")
	}
	d := hubtest.Open(t, database, nil)
	for _, path := range []string{"/gone", "/well"} {
		hubtest.Publish(t, d, &content.Resource{Title: path, ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceLink}, Href: elsewhere.URL + path})
	}
	args := []string{"check-links", "--database", database}
	out, _, err := hub(t, args...)
	if err != nil || strings.Count(out, "UNSURE") != 2 || strings.Count(out, "private network") != 2 {
		t.Error(out, err)
	}
	args = append(args, "--guard-allow", "127.0.0.0/8", "--all")
	out, _, err = hub(t, args...)
	if err != nil || !strings.Contains(out, "UNSURE") || !strings.Contains(out, "410 Gone") || !strings.Contains(out, "OK ") || !strings.Contains(out, "2 looked at, 1 new") {
		t.Error(out, err)
	}
	if out, _, err = hub(t, args[:3]...); err != nil || out != "0 looked at, 0 new\n" {
		t.Error(out, err)
	}
	if out, _, err = hub(t, append(args[:5:5], elsewhere.URL+"/well")...); err != nil || !strings.Contains(out, "1 looked at, 0 new") {
		t.Error(out, err)
	}
	for _, wrong := range [][]string{append(args, elsewhere.URL), append(args[:5:5], "https://nobody.example/"), {"check-links", "--database", database, "--guard-allow", "x"}} {
		if out, _, err := hub(t, wrong...); err == nil {
			t.Errorf("%v: %s", wrong, out)
		}
	}
}
