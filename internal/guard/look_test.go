package guard

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func TestNoRequestLeavesThePublicNet(t *testing.T) {
	inside := newElsewhere(t)
	inside.says("/", 200)
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	port := inside.Listener.Addr().(*net.TCPAddr).Port
	for _, address := range []string{
		inside.URL + "/", fmt.Sprintf("http://localhost:%d/", port), fmt.Sprintf("http://[::ffff:127.0.0.1]:%d/", port), fmt.Sprintf("http://0x7f.1:%d/", port),
		fmt.Sprintf("http://2130706433:%d/", port), fmt.Sprintf("http://[64:ff9b::7f00:1]:%d/", port), fmt.Sprintf("http://[::1]:%d/", port),
		"http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://user:secret@8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "http:///x",
	} {
		l := watch(t, d, "").page(t.Context(), address)
		if l.Outcome == content.LookReached || l.Outcome == content.LookGone || l.Status != 0 {
			t.Errorf("%s: %+v", address, l)
		}
		if strings.Contains(l.Detail, "127.") || strings.Contains(l.Detail, "dial") {
			t.Errorf("%s tells what is inside: %s", address, l.Detail)
		}
	}
	if len(inside.asked) > 0 {
		t.Errorf("asked %v", inside.asked)
	}
	// Nor does a redirect lead there: the first host may be asked, the second not.
	outside := newElsewhere(t)
	other, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this system has one loopback address only")
	}
	second := &http.Server{Handler: inside.mux} //nolint:gosec // a test's own
	go func() { _ = second.Serve(other) }()
	t.Cleanup(func() { _ = second.Close() })
	for path, to := range map[string]string{"/private": "http://" + other.Addr().String() + "/", "/file": "file:///etc/passwd", "/user": "http://a:b@127.0.0.1/"} {
		outside.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		if l := watch(t, d, "127.0.0.1").page(t.Context(), outside.URL+path); l.Outcome != content.LookUnclear || l.Status != 0 || l.Detail == "" {
			t.Errorf("%s: %+v", path, l)
		}
	}
	if len(inside.asked) > 0 {
		t.Errorf("asked %v by a redirect", inside.asked)
	}
}

func TestLooksAtPages(t *testing.T) {
	e := newElsewhere(t)
	for path, status := range map[string]int{"/ok": 200, "/gone": 410, "/missing": 404, "/down": 503, "/later": 429, "/closed": 401, "/law": 451} {
		e.says(path, status)
	}
	for path, status := range map[string]int{"/405": 405, "/403": 403, "/501": 501, "/404": 404} {
		e.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(status)
				return
			}
			if r.Header.Get("Range") == "" || r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" || r.Header.Get("User-Agent") != "BetterTogetherHub (+https://hub.example/about)" {
				t.Errorf("asked with %v", r.Header)
			}
			w.Header().Set("Set-Cookie", "a=b")
			w.WriteHeader(http.StatusPartialContent)
		})
	}
	e.mux.HandleFunc("/hop/{n}", func(w http.ResponseWriter, r *http.Request) {
		n := 0
		_, _ = fmt.Sscan(r.PathValue("n"), &n)
		if r.Header.Get("Referer") != "" {
			t.Error("it tells where it came from")
		}
		to := "/ok"
		if n > 1 {
			to = fmt.Sprint("/hop/", n-1)
		}
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	})
	e.mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		for range 10 << 10 {
			if _, err := w.Write(make([]byte, 4<<10)); err != nil {
				return
			}
		}
		t.Error("40 MiB of a page were read")
	})
	e.mux.HandleFunc("/hangs-up-on-head", func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			panic(http.ErrAbortHandler)
		}
	})
	e.mux.HandleFunc("/hangs-up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	g := watch(t, hubtest.Open(t, hubtest.SQLite(t), nil), loopback)
	for path, want := range map[string]content.LookOutcome{
		"/ok": content.LookReached, "/gone": content.LookGone, "/missing": content.LookGone, "/down": content.LookFailed, "/later": content.LookUnclear,
		"/closed": content.LookUnclear, "/law": content.LookUnclear, "/405": content.LookReached, "/403": content.LookReached, "/501": content.LookReached,
		"/404": content.LookReached, "/hop/5": content.LookReached, "/hop/6": content.LookUnclear, "/endless": content.LookReached,
		"/hangs-up-on-head": content.LookReached, "/hangs-up": content.LookFailed,
	} {
		if l := g.see(t.Context(), edition.AddressElsewhere{URL: e.URL + path}); l.Outcome != want || l.isNetwork != (path == "/hangs-up") || (l.Detail == "") != (want == content.LookReached) {
			t.Errorf("%s: %+v", path, l)
		}
	}
	if l := g.page(t.Context(), "http://"+closedPort(t)+"/"); l.Outcome != content.LookFailed || !l.isNetwork || l.Detail != "its server refuses connections" {
		t.Errorf("%+v", l)
	}
	if l := g.page(t.Context(), "http://no-such-name.invalid/"); l.Outcome != content.LookFailed || !l.isNetwork || !strings.Contains(l.Detail, "its name") {
		t.Errorf("%+v", l)
	}
	secure := httptest.NewTLSServer(e.mux)
	defer secure.Close()
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	if l := g.page(t.Context(), secure.URL+"/ok"); l.Outcome != content.LookUnclear || l.Detail != "its certificate is not valid" {
		t.Errorf("%+v", l)
	}
}

func TestAServerThatHangsIsGivenUp(t *testing.T) {
	e := newElsewhere(t)
	over := make(chan struct{})
	e.mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	})
	defer close(over)
	g := watch(t, hubtest.Open(t, hubtest.SQLite(t), nil), loopback)
	g.providers[0].endpoint = e.URL
	g.client.http.Timeout = 50 * time.Millisecond
	for _, address := range []string{e.URL + "/page", "https://youtu.be/dQw4w9WgXcQ"} {
		if l := g.see(t.Context(), edition.AddressElsewhere{URL: address, Use: content.UseRecording}); l.Outcome != content.LookFailed || !l.isNetwork || l.Detail != "it does not answer in time" {
			t.Errorf("%s: %+v", address, l)
		}
	}
}

func TestProvidersTellOfRecordings(t *testing.T) {
	e := newElsewhere(t)
	e.mux.HandleFunc("/oembed", func(w http.ResponseWriter, r *http.Request) {
		switch video := r.URL.Query().Get("url"); video {
		case "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://vimeo.com/76979871/abc123":
			_ = json.NewEncoder(w).Encode(map[string]string{"title": "A talk\n on colleges\x01"})
		case "https://www.youtube.com/watch?v=privateprvt":
			w.WriteHeader(http.StatusUnauthorized)
		case "https://www.youtube.com/watch?v=forbiddenvi":
			w.WriteHeader(http.StatusForbidden)
		case "https://www.youtube.com/watch?v=strangeansw":
			_, _ = io.WriteString(w, "<html>")
		case "https://www.youtube.com/watch?v=busyprovidr":
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	g := watch(t, hubtest.Open(t, hubtest.SQLite(t), nil), loopback)
	for i := range g.providers {
		g.providers[i].endpoint = e.URL + "/oembed"
	}
	for address, want := range map[string]content.LookOutcome{
		"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3": content.LookReached, "https://youtu.be/dQw4w9WgXcQ": content.LookReached,
		"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0": content.LookReached, "https://m.youtube.com/live/dQw4w9WgXcQ": content.LookReached,
		"https://vimeo.com/76979871/abc123": content.LookReached, "https://player.vimeo.com/video/76979871?h=abc123": content.LookReached,
		"https://vimeo.com/1": content.LookGone, "https://youtu.be/xxxxxxxxxxx": content.LookGone, "https://youtu.be/privateprvt": content.LookGone,
		"https://youtu.be/forbiddenvi": content.LookGone, "https://youtu.be/strangeansw": content.LookUnclear, "https://youtu.be/busyprovidr": content.LookUnclear,
	} {
		l := g.see(t.Context(), edition.AddressElsewhere{URL: address, Use: content.UseRecording})
		if l.Outcome != want || (l.Title == "A talk on colleges") != (want == content.LookReached) {
			t.Errorf("%s: %+v", address, l)
		}
	}
	for _, address := range []string{"https://www.youtube.com/@channel", "https://www.youtube.com/playlist?list=PL1", "https://vimeo.com/channels/x", "https://vimeo.com.evil.example/1", "https://example.org/watch?v=dQw4w9WgXcQ"} {
		if p, video := g.provider(address); p != nil {
			t.Errorf("%s is %s", address, video)
		}
	}
}

func FuzzProviders(f *testing.F) {
	for _, s := range []string{"https://youtu.be/dQw4w9WgXcQ", "https://player.vimeo.com/video/1?h=2", "https://vimeo.com/", "://", "https://www.youtube.com/watch?v=%00"} {
		f.Add(s)
	}
	g := &Guard{providers: providers()}
	f.Fuzz(func(t *testing.T, address string) {
		if p, video := g.provider(address); p != nil {
			if u, err := url.Parse(video); err != nil || u.Scheme != "https" || u.Host != "www.youtube.com" && u.Host != "vimeo.com" || len(video) > 80 {
				t.Errorf("%q is %q", address, video)
			}
		}
		if ip, err := netip.ParseAddr(address); err == nil && isPublic(ip) && (ip.IsPrivate() || ip.IsLoopback() || ip.IsMulticast() || ip.IsUnspecified() || ip.IsLinkLocalUnicast()) {
			t.Errorf("%s is public", ip)
		}
	})
}
