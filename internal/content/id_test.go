package content

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIDsSortByTimeOfMaking(t *testing.T) {
	var keys []string
	at := utc("1970-01-01T00:00:00Z")
	for range 200 {
		keys = append(keys, NewKey(at))
		at = at.Add(time.Millisecond)
	}
	for ; at.Year() < 9000; at = at.AddDate(17, 5, 3) {
		keys = append(keys, NewKey(at))
	}
	if !slices.IsSorted(keys) {
		t.Error("keys do not sort by time")
	}
	for _, key := range keys {
		if len(key) != 26 || strings.Trim(key, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
			t.Errorf("%q is no key", key)
		}
	}
}

func TestIDsOfOneMomentDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		key := NewKey(utc("2026-03-05T18:00:00Z"))
		if seen[key] {
			t.Fatalf("%s comes twice", key)
		}
		seen[key] = true
	}
}

func TestIDTellsItsKindByItsPrefix(t *testing.T) {
	prefixes := map[Kind]string{
		KindSeries: "se_", KindEpisode: "ep_", KindSpeaker: "sp_", KindOrganization: "or_", KindCaseStudy: "cs_",
		KindResource: "re_", KindTopic: "to_", KindToolkit: "tk_", KindListing: "li_",
	}
	for _, kind := range Kinds() {
		for _, id := range []ID{NewID(kind, utc("2026-03-05T18:00:00Z")), ImportedID(kind, "a", "b")} {
			if id.Kind() != kind || !strings.HasPrefix(string(id), prefixes[kind]) {
				t.Errorf("%s is of the kind %s, want %s", id, id.Kind(), kind)
			}
		}
	}
	if id := NewID("user", utc("2026-03-05T18:00:00Z")); id != "" {
		t.Errorf("a user is %q", id)
	}
	if id := ImportedID("user", "a", "b"); id != "" {
		t.Errorf("a user is %q", id)
	}
}

func TestGarbageHasNoKind(t *testing.T) {
	const key = "01jz4qk8e3m5n7p9r1s3t5v7wx"
	if ID("ep_"+key).Kind() != KindEpisode {
		t.Fatal("the example is none")
	}
	for _, id := range []string{
		"", "_", "ep", "ep_", key, "_" + key, "ep" + key, "ep-" + key, "EP_" + key, "xx_" + key, "epi_" + key, "ep_" + key + "0", "ep_" + key[1:],
		"ep_" + "i" + key[1:], "ep_" + "l" + key[1:], "ep_" + key[:25] + "o", "ep_" + key[:10] + "u" + key[11:], "ep_" + "A" + key[1:],
		"ep_" + key[:25] + "_", "ep_" + key[:24] + "é", " ep_" + key, "ep_" + key + " ", "ep__" + key[1:], "ep_ep_" + key, "ep_" + key[:25] + "\x00", "an-episode",
	} {
		if kind := ID(id).Kind(); kind != "" {
			t.Errorf("%q is of the kind %s", id, kind)
		}
	}
}

// The values are in every hub that has ever imported anything.
func TestImportedIDIsTheSameInEveryHubForEver(t *testing.T) {
	for _, c := range []struct {
		kind        Kind
		source, key string
		want        ID
	}{
		{KindEpisode, "", "", "ep_0000000000hskkyzttpnhj1eb0"},
		{KindEpisode, "catalog", "ep-1", "ep_0000000000nszs4sha6183casm"},
		{KindSpeaker, "catalog", "ep-1", "sp_0000000002as40t9fsxqv69gr8"},
		{KindEpisode, "catalog", "ep-2", "ep_0000000001qq4zgbbfg3wzrkpr"},
		{KindEpisode, "archive", "ep-1", "ep_00000000034m74ksdjtmdjsarw"},
		{KindCaseStudy, "catálogo", "Čapek/1", "cs_0000000002e7md5pzzeqe4byc0"},
	} {
		if got := ImportedID(c.kind, c.source, c.key); got != c.want {
			t.Errorf("%s %q %q: %s, want %s", c.kind, c.source, c.key, got, c.want)
		}
	}
}

func TestImportedIDsDifferByKindSourceAndKey(t *testing.T) {
	seen := map[string][]string{}
	for _, kind := range Kinds() {
		for _, source := range []string{"", "a", "b", "ab", "épisode"} {
			for _, key := range []string{"", "a", "b", "bb", "abb"} {
				_, tail, _ := strings.Cut(string(ImportedID(kind, source, key)), "_")
				seen[tail] = append(seen[tail], strings.Join([]string{string(kind), source, key}, "|"))
			}
		}
	}
	for tail, all := range seen {
		if len(all) > 1 {
			t.Errorf("%s is of %v", tail, all)
		}
	}
}

func TestImportedIDsSortBeforeAllOthers(t *testing.T) {
	if a, b := ImportedID(KindTopic, "z", "z"), NewID(KindTopic, utc("1990-01-01T00:00:00Z")); a >= b {
		t.Errorf("%s is not before %s", a, b)
	}
}
