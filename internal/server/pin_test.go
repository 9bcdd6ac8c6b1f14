package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

func TestPinnedNetworksKeepTheirBytesUntilAPurge(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		h, d := node(t, database, clock)
		ids := hubtest.Publish(t, d, &content.Speaker{Base: content.Base{Slug: "ana"}, Name: "Ana Ruiz"}, &content.Speaker{Base: content.Base{Slug: "bo"}, Name: "Bo Li"})
		clock.At = clock.At.Add(time.Hour)
		talk := &content.Episode{
			Base: content.Base{Slug: "talk"}, Title: "Talk", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
			Appearances: []content.Appearance{
				{Speaker: ids[0], Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana Ruiz"}}, {Speaker: ids[1], Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Bo Li"}},
			},
		}
		talkID := hubtest.Publish(t, d, talk)[0]
		clock.At = clock.At.Add(time.Hour)
		var live struct {
			Network struct {
				Snapshot struct{ Code, AsOf, Permalink string }
			}
		}
		if err := json.Unmarshal(h.ask(t, `{ network { snapshot { code asOf permalink } } }`, nil).Data, &live); err != nil {
			t.Fatal(err)
		}
		code := live.Network.Snapshot.Code
		file := strings.TrimPrefix(live.Network.Snapshot.Permalink, "https://hub.example") + ".json"
		before := h.send(t, http.MethodGet, file, nil)
		past := `query @edition(asOf: "` + live.Network.Snapshot.AsOf + `") { episodes { totalCount } }`
		if a := h.ask(t, past, nil); a.code() != string(content.CodeUnauthenticated) {
			t.Errorf("a past that nobody has pinned is answered: %s", a.body)
		}
		if a := h.ask(t, `mutation ($c: String!) { pinSnapshot(code: $c) { errors { code } } }`, vars{"c": code}); a.code() != string(content.CodeUnauthenticated) {
			t.Errorf("anybody pins: %s", a.body)
		}
		pin := func(code string) string {
			return string(h.as(t, auth.Contributor).ask(t, `mutation ($c: String!) { pinSnapshot(code: $c) { snapshot { pinned redacted } errors { code path } } }`, vars{"c": code}).body)
		}
		if got := pin(code); !strings.Contains(got, `{"snapshot":{"pinned":true,"redacted":false},"errors":[]}`) {
			t.Errorf("a pin gives %s", got)
		}
		if got := pin(code[1:]); !strings.Contains(got, `"NOT_FOUND"`) {
			t.Errorf("a pin of nothing gives %s", got)
		}
		// The network goes on; the pin stays.
		clock.At = clock.At.Add(time.Hour)
		talk.Appearances = talk.Appearances[:1]
		hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: talkID, Expected: 1, Entry: talk, Publish: true}}})
		clock.At = clock.At.Add(time.Hour)
		if after := h.send(t, http.MethodGet, file, nil); before.status != http.StatusOK || string(after.body) != string(before.body) {
			t.Errorf("the file was %d %s\nand is %d %s", before.status, before.body, after.status, after.body)
		}
		if a := h.ask(t, past, nil); string(a.Data) != `{"episodes":{"totalCount":1}}` {
			t.Errorf("a pinned moment is answered %s", a.body)
		}
		const again = `query ($c: String!) { networkSnapshot(code: $c) { snapshot { reproduced pinned redacted } summary { edges } } }`
		if a := h.ask(t, again, vars{"c": code}); string(a.Data) != `{"networkSnapshot":{"snapshot":{"reproduced":true,"pinned":true,"redacted":false},"summary":{"edges":1}}}` {
			t.Errorf("made again it is %s", a.body)
		}
		admin := h.as(t, auth.Admin)
		if a := admin.ask(t, `mutation ($id: ID!) { purgeSpeaker(id: $id) { snapshots errors { code message } } }`, vars{"id": ids[1]}); !strings.Contains(string(a.body), `{"snapshots":1,"errors":[]}`) {
			t.Errorf("a purge gives %s", a.body)
		}
		if gone := h.send(t, http.MethodGet, file, nil); gone.status != http.StatusGone || strings.Contains(string(gone.body), "Bo") {
			t.Errorf("after the purge the file is %d %s", gone.status, gone.body)
		}
		if a := h.ask(t, again, vars{"c": code}); !strings.Contains(string(a.Data), `"reproduced":false,"pinned":true,"redacted":true`) {
			t.Errorf("after the purge it is %s", a.body)
		}
	})
}
