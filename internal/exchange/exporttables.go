package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// TablesReport tells what an export to tables wrote.
type TablesReport struct {
	Tables, Rows int
	Tag, Digest  string
}

// ExportTables writes the public side of a view as ordinary tables into a target that has none: a new SQLite file or an empty
// schema of a postgres:// address.
func ExportTables(ctx context.Context, v *edition.View, target string) (TablesReport, error) {
	v = v.Public() // whatever came: nothing else is ever written here
	relations, err := Relations(v)
	if err != nil {
		return TablesReport{}, fmt.Errorf("export tables: %w", err)
	}
	report := TablesReport{Tables: len(relations) + 1, Tag: v.Tag(), Digest: Digest(relations)}
	for _, r := range relations {
		report.Rows += len(r.Rows)
	}
	export := relation("export", "", 1, "version int", "tag", "exported_at instant", "site", "digest")
	export.Rows = [][]any{{v.Version(), report.Tag, v.Now.UTC().Truncate(time.Microsecond), plain(v.Site), report.Digest}}
	if err := store.WriteRelations(ctx, target, append(relations, export)); err != nil {
		return report, fmt.Errorf("export tables: %w", err)
	}
	return report, nil
}

// Digest is the SHA-256, in hex, of a text that has a line for each relation in their order, with its name, and after it a line
// for each row in the order of its key: a JSON array of its values, instants as "2026-03-01T12:00:00.000000Z".
func Digest(relations []store.Relation) string {
	sum := sha256.New()
	var line []byte
	for _, r := range relations {
		line = append(append(line[:0], r.Name...), '\n')
		for _, row := range r.Rows {
			line = append(line, '[')
			for i, v := range row {
				if i > 0 {
					line = append(line, ',')
				}
				line = appendValue(line, v)
			}
			line = append(line, "]\n"...)
		}
		_, _ = sum.Write(line) // never fails
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func appendValue(line []byte, v any) []byte {
	if at, ok := v.(time.Time); ok {
		v = at.UTC().Format(store.SQLiteInstant)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		raw, _ = jsontext.AppendQuote(nil, fmt.Sprint(v)) // no value of a relation comes here
	}
	return append(line, raw...)
}

// relation makes one from short words: "name", "name int", "name >organization".
func relation(name, within string, key int, columns ...string) store.Relation {
	r := store.Relation{Name: name, Within: within, Key: key}
	for _, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		a := store.Attribute{Name: name}
		switch kind {
		case "int":
			a.Type = store.Number
		case "decimal":
			a.Type = store.Decimal
		case "flag":
			a.Type = store.Flag
		case "instant":
			a.Type = store.Instant
		default:
			a.To = strings.TrimPrefix(kind, ">")
		}
		r.Columns = append(r.Columns, a)
	}
	return r
}

// noun makes the relation of a noun: what all nouns have, then its own columns.
func noun(kind content.Kind, columns ...string) store.Relation {
	return relation(string(kind), "entry", 1, append([]string{
		"id", "slug", "label", "url", "revision int", "published_at instant", "updated_at instant",
	}, columns...)...)
}

// emptyRelations are all relations but export, each behind those that it points at.
func emptyRelations() []store.Relation {
	return []store.Relation{
		relation("entry", "", 1, "id", "kind", "slug", "label", "url"),
		relation("identifier", "entry", 2, "entry", "position int", "scheme", "value", "source"),
		relation("source", "entry", 2, "entry", "position int", "url", "title"),
		noun(content.KindTopic, "name", "scheme", "definition"),
		relation("topic_broader", "topic", 2, "topic", "broader >topic"),
		relation("topic_alias", "topic", 2, "topic", "position int", "alias", "language"),
		noun(
			content.KindOrganization, "name", "acronym", "kind", "kind_as_printed", "sector", "summary", "city", "region", "country", "website",
			"logo_url", "logo_alt", "parent >organization", "established", "status", "network_member flag",
		),
		relation("organization_alias", "organization", 2, "organization", "position int", "alias", "language"),
		relation("organization_successor", "organization", 2, "organization", "successor >organization"),
		relation("organization_related", "organization", 2, "organization", "related >organization"),
		noun(content.KindSpeaker, "name", "sort_name", "pronouns", "bio", "photo_url", "photo_alt"),
		relation("speaker_alias", "speaker", 2, "speaker", "position int", "alias", "language"),
		relation("speaker_link", "speaker", 2, "speaker", "position int", "link_label", "url"),
		relation("affiliation", "speaker", 2, "speaker", "position int", "organization >organization", "title", "from_date", "to_date", "is_primary flag"),
		noun(
			content.KindResource, "title", "kind", "kind_as_printed", "summary", "href", "media_type", "language", "license", "published_on",
		),
		relation("resource_author", "resource", 2, "resource", "speaker >speaker", "position int"),
		relation("resource_publisher", "resource", 2, "resource", "organization >organization", "position int"),
		relation("resource_topic", "resource", 2, "resource", "topic >topic", "position int"),
		noun(
			content.KindSeries, "title", "tagline", "summary", "kind", "language", "feed_guid", "start_date", "end_date", "frequency",
			"external_url",
		),
		relation("series_organizer", "series", 2, "series", "organization >organization", "position int"),
		relation("series_credit", "series", 2, "series", "position int", "speaker >speaker", "role", "role_as_printed", "credited_title"),
		relation("series_credit_organization", "series_credit", 3, "series", "position int", "organization >organization"),
		noun(
			content.KindEpisode, "series >series", "number int", "season int", "title", "subtitle", "summary", "language", "format", "phase",
			"status", "date", "end_date", "time_zone", "starts_at instant", "ends_at instant", "ends_at_is_estimated flag",
			"seconds int", "venue", "room", "city", "region", "country", "took_place flag", "attendance_mode",
			"registration_url", "registration_provider", "registration_opens_at instant", "registration_closes_at instant",
			"registration_seats", "registration_free flag", "stream_url", "external_url",
		),
		relation("episode_topic", "episode", 2, "episode", "topic >topic", "position int"),
		relation("episode_host", "episode", 2, "episode", "organization >organization", "position int"),
		relation("episode_resource", "episode", 2, "episode", "resource >resource", "position int"),
		relation("episode_image", "episode", 2, "episode", "position int", "url", "alt"),
		relation(
			"appearance", "episode", 2, "episode", "position int", "speaker >speaker", "role", "role_as_printed", "credited_name", "credited_title",
		),
		relation("appearance_organization", "appearance", 3, "episode", "position int", "organization >organization"),
		relation(
			"recording", "episode", 2, "episode", "position int", "kind", "url", "title", "provider", "embed_url", "seconds int",
			"published_at instant", "transcript", "fallback_url",
		),
		relation("text_track", "recording", 3, "episode", "recording int", "position int", "kind", "language", "url", "media_type", "reviewed flag"),
		relation("chapter", "recording", 3, "episode", "recording int", "position int", "seconds int", "title"),
		noun(
			content.KindCaseStudy, "title", "summary", "body", "city", "status", "started_on", "ended_on",
		),
		relation(
			"case_study_partner", "case_study", 2, "case_study", "position int", "organization >organization", "role", "role_as_printed",
			"contribution", "from_date", "to_date",
		),
		relation("case_study_topic", "case_study", 3, "case_study", "topic >topic", "use", "position int"),
		relation("case_study_region", "case_study", 2, "case_study", "region"),
		relation("case_study_episode", "case_study", 2, "case_study", "episode >episode", "position int"),
		relation("case_study_resource", "case_study", 2, "case_study", "resource >resource", "position int"),
		relation(
			"outcome", "case_study", 2, "case_study", "position int", "measure", "outcome_label", "value decimal", "value_text", "unit", "baseline decimal",
			"population", "as_of",
		),
		relation("outcome_evidence", "outcome", 3, "case_study", "outcome int", "position int", "level", "url", "title", "episode >episode", "seconds int"),
		relation("evidence", "case_study", 2, "case_study", "position int", "level", "url", "title", "episode >episode", "seconds int"),
		relation("credential", "case_study", 2, "case_study", "position int", "name", "provider >organization", "kind", "weeks int", "cip", "ct_id"),
		relation("credential_occupation", "credential", 3, "case_study", "credential int", "soc"),
		relation("contributor", "case_study", 2, "case_study", "position int", "speaker >speaker", "credited_title"),
		relation("contributor_organization", "contributor", 3, "case_study", "position int", "organization >organization"),
		noun(content.KindToolkit, "title", "summary"),
		relation("toolkit_item", "toolkit", 2, "toolkit", "position int", "entry >entry", "annotation"),
		noun(content.KindListing, "title", "owner >organization", "sort_order", "most int", "theme", "locale"),
		relation("listing_pinned", "listing", 2, "listing", "episode >episode", "position int"),
		relation("listing_episode", "listing", 2, "listing", "episode >episode", "position int"),
	}
}

// tables gathers the rows of relations.
type tables struct {
	at  map[string]int
	all []store.Relation
}

// Relations are what is public at a view, as relations with their rows in order.
func Relations(v *edition.View) ([]store.Relation, error) {
	t := &tables{at: map[string]int{}, all: emptyRelations()}
	for i, r := range t.all {
		t.at[r.Name] = i
	}
	var err error
	v.Public().Each(func(e edition.Entry) {
		t.add("entry", e.ID(), e.Kind(), e.Common().Slug, e.Label(), e.URL())
		for i, id := range e.Common().Identifiers() {
			t.add("identifier", e.ID(), i+1, id.Scheme, id.Value, id.Source)
		}
		for i, s := range e.Common().Sources {
			t.add("source", e.ID(), i+1, s.URL, s.Title)
		}
		if problem := t.entry(e); problem != nil && err == nil {
			err = problem
		}
	})
	for i := range t.all {
		t.all[i].Sort()
	}
	return t.all, err
}

// add adds a row. What is unknown, such as an empty text, is null; but the columns of the key stay.
func (t *tables) add(name string, values ...any) {
	r := &t.all[t.at[name]]
	row := make([]any, len(values))
	for i, v := range values {
		if row[i] = plain(v); row[i] == nil && i < r.Key {
			row[i] = ""
		}
	}
	r.Rows = append(r.Rows, row)
}

// once adds a row unless there is one with the same key.
func (t *tables) once(name string, values ...any) {
	r := &t.all[t.at[name]]
	key := func(row []any) bool {
		for i := range r.Key {
			if row[i] != plain(values[i]) {
				return false
			}
		}
		return true
	}
	// Rows of one owner come together, so only the last ones can be the same.
	for i := len(r.Rows) - 1; i >= 0 && r.Rows[i][0] == plain(values[0]); i-- {
		if key(r.Rows[i]) {
			return
		}
	}
	t.add(name, values...)
}

// plain brings a value to one of the types of relations; nil is unknown.
func plain(v any) any {
	switch at := v.(type) {
	case nil:
		return nil
	case time.Time:
		if at.IsZero() {
			return nil
		}
		return at.UTC().Truncate(time.Microsecond)
	}
	value := reflect.ValueOf(v)
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		return plain(value.Elem().Interface())
	case reflect.String:
		if value.Len() == 0 {
			return nil
		}
		return value.String()
	case reflect.Int, reflect.Int32, reflect.Int64:
		return value.Int()
	case reflect.Float64:
		if math.IsNaN(value.Float()) || math.IsInf(value.Float(), 0) {
			return nil
		}
		return value.Float()
	default:
		return value.Interface() // a bool
	}
}

// some is a number that is unknown when it is 0.
func some(n int32) any {
	if n == 0 {
		return nil
	}
	return n
}

// shared are the values of the columns that all nouns have.
func shared(e edition.Entry, own ...any) []any {
	return slices.Concat([]any{e.ID(), e.Common().Slug, e.Label(), e.URL(), e.Revision(), e.PublishedAt(), e.UpdatedAt()}, own)
}
