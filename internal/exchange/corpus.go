package exchange

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// corpusMeta is the first line of the corpus, and meta.json of its sheets.
type corpusMeta struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Site    string `json:"site,omitempty"`
	Version int64  `json:"version"`
	// At is the instant since which nothing has changed.
	At  time.Time `json:"at"`
	Tag string    `json:"tag"`
	// Records are the lines behind this one, or the rows of the sheets.
	Records  int    `json:"records"`
	Digest   string `json:"digest"`
	DigestOf string `json:"digest_of"`
	Licence  string `json:"licence"`
}

func metaOf(v *edition.View) corpusMeta {
	return corpusMeta{
		Type: "meta", Title: "Better Together Hub: everything that is public", Site: v.Site, Version: v.Version(), At: v.Since().UTC(), Tag: v.Tag(),
		Licence: "see each record's sources",
	}
}

// Corpus writes everything public as records in the neutral format, one a line, as hub import reads it: no draft, and nothing that is for
// editors only. The first line is of the type meta; its digest is the SHA-256, in hex, of all bytes behind that line. Records come in a fixed
// order, so one tag of an edition gives the same bytes each time. Listings are not among them, as they are ways to show content and not
// content; they are in CorpusSheets. The edition is gone through twice, and the corpus is never in memory as a whole.
//
// A record's key is the one under which the format brought the entry, else the entry's id; id and page say what this hub calls it. Read into an
// empty hub and written again, the lines are the same but for what docs/data.md tells.
func Corpus(w io.Writer, v *edition.View) error {
	c := newCorpus(v.Public())
	sum := sha256.New()
	if err := c.write(sum); err != nil {
		return fmt.Errorf("write the corpus: %w", err)
	}
	meta := metaOf(c.v)
	meta.Records, meta.Digest, meta.DigestOf = c.lines, hex.EncodeToString(sum.Sum(nil)), "SHA-256 of all bytes behind the end of this line"
	to := bufio.NewWriterSize(w, 64<<10)
	err := line(to, meta)
	if err == nil {
		err = c.write(to)
	}
	if err == nil {
		err = to.Flush()
	}
	if err != nil {
		return fmt.Errorf("write the corpus: %w", err)
	}
	return nil
}

// corpus writes the lines of a view.
type corpus struct {
	v     *edition.View
	keys  map[content.ID]string
	kinds map[content.Kind][]edition.Entry // by key
	lines int
}

func newCorpus(v *edition.View) *corpus {
	c := &corpus{v: v, keys: map[content.ID]string{}, kinds: map[content.Kind][]edition.Entry{}}
	taken := map[target]bool{}
	v.Each(func(e edition.Entry) {
		c.kinds[e.Kind()] = append(c.kinds[e.Kind()], e)
		for _, id := range e.Common().Identifiers() {
			if id.Scheme == content.SchemeExternal && id.Source == string(FormatNDJSON) {
				c.keys[e.ID()] = id.Value
				taken[target{e.Kind(), id.Value}] = true
				break
			}
		}
	})
	for kind, all := range c.kinds {
		for _, e := range all {
			if c.keys[e.ID()] != "" {
				continue
			}
			key := string(e.ID())
			for taken[target{kind, key}] { // another entry came under this one's id, from another hub
				key += "~"
			}
			c.keys[e.ID()] = key
		}
		slices.SortFunc(all, func(a, b edition.Entry) int { return cmp.Compare(c.keys[a.ID()], c.keys[b.ID()]) })
	}
	return c
}

// write writes all lines but the first, kind by kind.
func (c *corpus) write(w io.Writer) error {
	c.lines = 0
	for _, kind := range []content.Kind{
		content.KindTopic, content.KindOrganization, content.KindSpeaker, content.KindSeries, content.KindResource, content.KindEpisode, content.KindCaseStudy,
		content.KindToolkit,
	} {
		for _, e := range c.kinds[kind] {
			for _, record := range c.records(e) {
				c.lines++
				if err := line(w, record); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func line(w io.Writer, record any) error {
	raw, err := json.Marshal(record, json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = w.Write(append(raw, '\n'))
	return err
}

// key is what the lines call an entry; empty for none.
func (c *corpus) key(e edition.Entry) string { return c.keys[e.ID()] }

// keysOf are the keys of entries, each once.
func keysOf[T edition.Entry](c *corpus, all []T) []string {
	var keys []string
	for _, e := range all {
		if key := c.key(e); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// keyOrNone is the key of an entry that may be nil.
func keyOrNone[T interface {
	comparable
	edition.Entry
}](c *corpus, e T) string {
	var none T
	if e == none {
		return ""
	}
	return c.key(e)
}

// wordOf writes a word of the hub's as printed reads it: the source's word where the hub's follows from it, else the hub's and beside it the
// source's.
func wordOf[T ~string](code T, asPrinted string, is func(T) bool, read func(string) T) (word, beside string) {
	if asPrinted != "" && !is(T(asPrinted)) && read(asPrinted) == code {
		return asPrinted, ""
	}
	return string(code), asPrinted
}

// formatOf are the format and the mode of attendance as episode reads them.
func formatOf(e *edition.Episode) (word, mode string) {
	var in content.SeriesKind
	if s := e.Series(); s != nil {
		in = s.SeriesKind
	}
	for _, word := range []string{"audio", "video", "online", "in_person", "hybrid", "session"} {
		if format, mode := episodeFormat(word, in); format == e.Format() && mode == e.Episode.AttendanceMode() {
			return word, ""
		}
	}
	if mode = string(e.Episode.AttendanceMode()); mode == "" {
		mode = "UNKNOWN"
	}
	return string(e.Format()), mode
}

// statusOf is the state as status reads it; second whether it took place says more than that.
func statusOf(e *edition.Episode) (word string, tookPlace bool) {
	if e.Status() != content.StatusScheduled {
		return strings.ToLower(string(e.Status())), e.TookPlace()
	}
	if e.TookPlace() {
		return "past", false
	}
	return "", false
}
