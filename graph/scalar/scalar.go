// Package scalar writes and reads the schema's scalars. One rule holds for all of them: what is empty is null, so that
// content needs no pointers for text that is not known. Null comes in as what is empty; where a value is required, the schema
// says so itself.
package scalar

import (
	"fmt"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/internal/content"
)

// MarshalString writes a String.
func MarshalString(s string) graphql.Marshaler { return marshaler(AppendString[string], s) }

// UnmarshalString reads a String.
func UnmarshalString(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", wrong("String", v, "a string")
}

// MarshalID writes an id.
func MarshalID(id content.ID) graphql.Marshaler { return marshaler(AppendID, id) }

// UnmarshalID reads an id, or where an entry may also be named by it, a slug.
func UnmarshalID(v any) (content.ID, error) {
	s, err := graphql.UnmarshalID(v)
	if err != nil {
		return "", wrong("ID", v, "a string")
	}
	return content.ID(s), nil
}

// MarshalDateTime writes a moment in UTC, to the microsecond where it has any.
func MarshalDateTime(t time.Time) graphql.Marshaler { return marshaler(AppendDateTime, t) }

// UnmarshalDateTime reads a moment with any offset.
func UnmarshalDateTime(v any) (time.Time, error) {
	if v == nil {
		return time.Time{}, nil
	}
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, wrong("DateTime", v, `a moment such as "2026-03-05T18:00:00Z"`)
	}
	return t.UTC(), nil
}

// MarshalPartialDate writes a partial date.
func MarshalPartialDate(d content.PartialDate) graphql.Marshaler {
	return marshaler(AppendPartialDate, d)
}

// UnmarshalPartialDate reads a partial date. Whether it is one is for those to say who use it: a write tells all mistakes at once.
func UnmarshalPartialDate(v any) (content.PartialDate, error) {
	s, err := UnmarshalString(v)
	return content.PartialDate(s), err
}

// MarshalTimeZone writes a zone's name.
func MarshalTimeZone(s string) graphql.Marshaler { return marshaler(AppendTimeZone, s) }

// UnmarshalTimeZone reads a zone's name.
func UnmarshalTimeZone(v any) (string, error) { return UnmarshalString(v) }

// MarshalDuration writes an ISO 8601 duration.
func MarshalDuration(s string) graphql.Marshaler { return marshaler(AppendDuration, s) }

// UnmarshalDuration reads an ISO 8601 duration.
func UnmarshalDuration(v any) (string, error) { return UnmarshalString(v) }

// MarshalSeconds writes seconds as an ISO 8601 duration; none are null.
func MarshalSeconds(seconds int32) graphql.Marshaler { return marshaler(AppendSeconds, seconds) }

// UnmarshalSeconds reads an ISO 8601 duration of hours, minutes and seconds.
func UnmarshalSeconds(v any) (int32, error) {
	if v == nil {
		return 0, nil
	}
	s, _ := v.(string)
	seconds, err := content.ParseDuration(s)
	if err != nil {
		return 0, wrong("Duration", v, `a length of time such as "PT1H5M"`)
	}
	return seconds, nil
}

// MarshalURL writes an address.
func MarshalURL(s string) graphql.Marshaler { return marshaler(AppendURL, s) }

// UnmarshalURL reads an address.
func UnmarshalURL(v any) (string, error) { return UnmarshalString(v) }

// MarshalLocale writes a language tag.
func MarshalLocale(s string) graphql.Marshaler { return marshaler(AppendLocale, s) }

// UnmarshalLocale reads a language tag; as with dates, its user checks it.
func UnmarshalLocale(v any) (string, error) { return UnmarshalString(v) }

// MarshalMarkdown writes a text.
func MarshalMarkdown(s string) graphql.Marshaler { return marshaler(AppendMarkdown, s) }

// UnmarshalMarkdown reads a text.
func UnmarshalMarkdown(v any) (string, error) { return UnmarshalString(v) }

// MarshalText writes a text as it was written.
func MarshalText(t content.Text) graphql.Marshaler { return marshaler(AppendText, t) }

// UnmarshalText reads a text.
func UnmarshalText(v any) (content.Text, error) {
	s, err := UnmarshalString(v)
	return content.Markdown(s), err
}

// MarshalRegionCode writes a region.
func MarshalRegionCode(s string) graphql.Marshaler { return marshaler(AppendRegionCode, s) }

// UnmarshalRegionCode reads a region, or a country; as with dates, its user checks it.
func UnmarshalRegionCode(v any) (string, error) { return UnmarshalString(v) }

// MarshalEntryKind writes a kind as the schema's enum does.
func MarshalEntryKind(k content.Kind) graphql.Marshaler { return marshaler(AppendEntryKind, k) }

// UnmarshalEntryKind reads a kind.
func UnmarshalEntryKind(v any) (content.Kind, error) {
	if v == nil {
		return "", nil
	}
	s, _ := v.(string)
	kind := content.Kind(strings.ToLower(s))
	if content.New(kind) == nil {
		return "", wrong("EntryKind", v, "a kind such as EPISODE")
	}
	return kind, nil
}

func wrong(scalar string, given any, allowed string) error {
	return content.Errorf(content.CodeInvalid, "", "%s is no %s; %s is allowed", content.Quote(fmt.Sprint(given)), scalar, allowed)
}
