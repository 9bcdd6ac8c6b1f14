package content

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// The forms of texts that follow a rule.
var (
	formSlug   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	formURL    = regexp.MustCompile("^https?://([^\\pZ\\p{Cc}/?#\"<>`\\\\@]+)([/?#][^\\pZ\\p{Cc}\"<>`\\\\]*)?$")
	formOrigin = regexp.MustCompile(`^https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?$`)
	formRegion = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)
	formUUID   = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
)

// Validate says all that is wrong with a normalized entry by itself; whether what it points at exists is for the caller,
// who knows the other entries. Nil means that nothing is wrong.
func Validate(e Entry, zones *Zones) Errors {
	v := &validator{found: new(Errors), zones: zones}
	v.texts(e)
	base := e.Common()
	v.slug(base.Slug)
	seen := make(map[Identifier]int, len(base.Identifiers()))
	for i, id := range base.Identifiers() {
		if err := id.check(); err != nil {
			v.at("identifiers", i).wrong(CodeInvalid, "", "%v", err)
		}
		if first, twice := seen[id]; twice {
			v.at("identifiers", i).wrong(CodeDuplicate, "", "%s %s stands at position %d already", id.Scheme, Quote(id.Value), first)
			continue
		}
		seen[id] = i
	}
	v.sources(base.Sources)
	for i, n := range base.Notes() {
		enum(v.at("notes", i), "kind", n.Kind, []NoteKind{NoteInferred, NoteIssue, NoteImported, NoteEditor})
	}
	e.validate(v)
	return *v.found
}

// validator collects what is wrong below one path.
type validator struct {
	found *Errors
	path  string
	zones *Zones
}

func (v *validator) join(name string) string {
	if v.path == "" || name == "" {
		return v.path + name
	}
	return v.path + "." + name
}

func (v *validator) in(name string) *validator { return &validator{v.found, v.join(name), v.zones} }

func (v *validator) at(name string, i int) *validator { return v.in(name + "." + strconv.Itoa(i)) }

func (v *validator) wrong(code ErrorCode, name, format string, args ...any) {
	*v.found = append(*v.found, Errorf(code, v.join(name), format, args...))
}

func (v *validator) required(name, value string) {
	if value == "" {
		v.wrong(CodeRequired, name, "is required")
	}
}

// IsOrganizationKind tells a kind of organization.
func IsOrganizationKind(k OrganizationKind) bool { return slices.Contains(organizationKinds(), k) }

// IsAppearanceRole tells a role of an appearance.
func IsAppearanceRole(r AppearanceRole) bool { return slices.Contains(appearanceRoles(), r) }

// IsSeriesKind tells a kind of series.
func IsSeriesKind(k SeriesKind) bool { return slices.Contains(seriesKinds(), k) }

// IsResourceKind tells a kind of resource.
func IsResourceKind(k ResourceKind) bool { return slices.Contains(resourceKinds(), k) }

// IsTopicScheme tells a scheme of topics.
func IsTopicScheme(s TopicScheme) bool { return slices.Contains(topicSchemes(), s) }

// IsEpisodeFormat tells a format of episodes.
func IsEpisodeFormat(f EpisodeFormat) bool { return slices.Contains(episodeFormats(), f) }

// IsAttendanceMode tells a mode of attendance.
func IsAttendanceMode(m AttendanceMode) bool { return slices.Contains(attendanceModes(), m) }

// IsPartnerRole tells a role of a partner.
func IsPartnerRole(r PartnerRole) bool { return slices.Contains(partnerRoles(), r) }

// IsPartnershipStatus tells a state of partnerships.
func IsPartnershipStatus(s PartnershipStatus) bool { return slices.Contains(partnershipStatuses(), s) }

func enum[T ~string](v *validator, name string, value T, allowed []T) {
	if !slices.Contains(allowed, value) {
		words := make([]string, len(allowed))
		for i, a := range allowed {
			words[i] = string(a)
		}
		v.wrong(CodeInvalid, name, "%s is not one of %s", Quote(string(value)), strings.Join(words, ", "))
	}
}

func (v *validator) slug(slug string) {
	if !isSlug(slug) {
		v.wrong(CodeInvalid, "slug", "%s is no slug; 1 to 100 lower-case letters and digits with single hyphens between are allowed", Quote(slug))
	}
}

func isSlug(s string) bool {
	return len(s) <= 100 && formSlug.MatchString(s)
}

func (v *validator) url(name, value string) {
	if value == "" {
		return
	}
	if !IsWebAddress(value) {
		v.wrong(CodeInvalid, name, "%s is no web address; an absolute http or https address is allowed", Quote(value))
	}
}

// IsWebAddress accepts what a link may open: http or https, a host, no user name, and nothing that ends an attribute or a
// line. Whether somebody answers there is not asked.
func IsWebAddress(s string) bool {
	parts := formURL.FindStringSubmatch(s)
	if parts == nil || len(s) > mostLine {
		return false
	}
	// The host alone: a path may hold a bare "%" that net/url refuses and browsers open.
	u, err := url.Parse("https://" + parts[1])
	return err == nil && u.Hostname() != ""
}

// IsLanguage tells a BCP 47 language tag; "en_US" is none.
func IsLanguage(s string) bool {
	tag, err := language.Parse(s)
	return err == nil && tag != language.Und && !strings.Contains(s, "_")
}

// CanonicalLanguage writes a language tag the short, usual way: "eng" becomes "en". What is no tag comes back as it is.
func CanonicalLanguage(s string) string {
	tag, err := language.Parse(s)
	if err != nil {
		return s
	}
	return tag.String()
}

// IsRegion tells the form of an ISO 3166-2 code.
func IsRegion(s string) bool { return formRegion.MatchString(s) }

// IsCountry tells an ISO 3166-1 code.
func IsCountry(s string) bool { return len(s) == 2 && strings.Contains(countries, " "+s+" ") }

// countries are the codes that ISO 3166-1 assigns, without those that it only reserves (UK) or has withdrawn (SU).
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA" +
	" CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA" +
	" GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP" +
	" KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS" +
	" MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS" +
	" RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW" +
	" TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "

func (v *validator) language(name, value string) {
	if value == "" {
		return
	}
	if !IsLanguage(value) {
		v.wrong(CodeInvalid, name, "%s is no BCP 47 language; tags such as en or es-MX are allowed", Quote(value))
	}
}

func (v *validator) date(name string, d PartialDate) {
	if d == "" {
		return
	}
	if _, err := ParsePartialDate(string(d)); err != nil {
		v.wrong(CodeInvalid, name, "%v", err)
	}
}

func (v *validator) span(fromName string, from PartialDate, toName string, to PartialDate) {
	before := len(*v.found)
	v.date(fromName, from)
	v.date(toName, to)
	if len(*v.found) > before || from == "" || to == "" {
		return
	}
	if !to.End(time.UTC).After(from.First()) {
		v.wrong(CodeInvalid, toName, "%s is before %s, %s", to, fromName, from)
	}
}

func (v *validator) when(w When) {
	before := len(*v.found)
	v.span("date", w.Date, "endDate", w.EndDate)
	if w.EndDate != "" && w.Date == "" {
		v.wrong(CodeInvalid, "endDate", "%s stands without a date", Quote(string(w.EndDate)))
	}
	if w.TimeZone != "" {
		if _, err := v.zones.Load(w.TimeZone); err != nil {
			v.wrong(CodeInvalid, "timeZone", "%v", err)
		}
	}
	for _, c := range []struct{ name, value string }{{"startTime", w.StartTime}, {"endTime", w.EndTime}} {
		if _, _, _, ok := parseClock(c.value); c.value != "" && !ok {
			v.wrong(CodeInvalid, c.name, "%s is no time of day; 00:00 to 23:59 is allowed", Quote(c.value))
		}
	}
	if w.EndTime != "" && w.StartTime == "" {
		v.wrong(CodeInvalid, "endTime", "%s stands without a startTime", Quote(w.EndTime))
	}
	if len(*v.found) > before {
		return
	}
	t, err := w.Times(v.zones)
	if err != nil {
		name, message, _ := strings.Cut(err.Error(), ": ")
		v.wrong(CodeInvalid, name, "%s", message)
		return
	}
	endsFirst := !t.Start.IsZero() && !t.End.After(t.Start)
	if t.Start.IsZero() && w.EndTime != "" && (w.EndDate == "" || w.EndDate == w.Date) {
		endsFirst = w.EndTime <= w.StartTime
	}
	if endsFirst {
		v.wrong(CodeInvalid, "endTime", "%s is not after startTime, %s; an event that ends on another day has an endDate", w.EndTime, w.StartTime)
	}
}

func (v *validator) region(name, value string) {
	if value != "" && !IsRegion(value) {
		v.wrong(CodeInvalid, name, "%s is no region; ISO 3166-2 codes such as US-OH are allowed", Quote(value))
	}
}

func (v *validator) country(name, value string) {
	if value != "" && !IsCountry(value) {
		v.wrong(CodeInvalid, name, "%s is no country; ISO 3166-1 codes such as US are allowed", Quote(value))
	}
}

func (v *validator) uuid(name, value string) {
	if value != "" && !formUUID.MatchString(value) {
		v.wrong(CodeInvalid, name, "%s is no UUID in lower case", Quote(value))
	}
}

func (v *validator) atLeast(name string, value *int32, least int32) {
	if value != nil && *value < least {
		v.wrong(CodeInvalid, name, "%d is below %d", *value, least)
	}
}

func (v *validator) seconds(name string, value int32) { v.atLeast(name, &value, 0) }

func (v *validator) number(name string, value *float64) {
	if value != nil && (math.IsNaN(*value) || math.IsInf(*value, 0)) {
		v.wrong(CodeInvalid, name, "%v is no number", *value)
	}
}

func (v *validator) ref(name string, id ID, kinds ...Kind) {
	if id != "" && !slices.Contains(kinds, id.Kind()) {
		v.wrong(CodeInvalid, name, "%s is no id of %s", Quote(string(id)), oneOf(kinds))
	}
}

func oneOf(kinds []Kind) string {
	if len(kinds) > 1 {
		return "an entry"
	}
	return "the kind " + string(kinds[0])
}

func (v *validator) refs(name string, ids []ID, kind Kind) {
	seen := make(map[ID]int, len(ids))
	for i, id := range ids {
		in := v.at(name, i)
		in.required("", string(id))
		in.ref("", id, kind)
		if first, twice := seen[id]; twice && id != "" {
			in.wrong(CodeDuplicate, "", "%s stands at position %d already", Quote(string(id)), first)
		}
		seen[id] = i
	}
}

func (v *validator) sources(all []Source) {
	for i, s := range all {
		in := v.at("sources", i)
		if s.URL == "" {
			in.required("title", s.Title)
		}
		in.url("url", s.URL)
	}
}

func (v *validator) evidence(all []Evidence) {
	for i, ev := range all {
		in := v.at("evidence", i)
		enum(in, "level", ev.Level, evidenceLevels())
		in.url("url", ev.URL)
		in.ref("episode", ev.Episode, KindEpisode)
		in.atLeast("seconds", ev.Seconds, 0)
		if ev.URL == "" && ev.Episode == "" {
			in.wrong(CodeRequired, "url", "a source link or an episode is required")
		}
	}
}

func (v *validator) aliases(all []Alias) {
	for i, a := range all {
		in := v.at("aliases", i)
		in.required("value", a.Value)
		in.language("language", a.Language)
		enum(in, "visibility", a.Visibility, []Visibility{VisibilityPublic, VisibilityRedirect, VisibilityMatch})
	}
}

func stamp(t time.Time) string { return fmt.Sprint(t.UTC().Format(time.RFC3339)) }
