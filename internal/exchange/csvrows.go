package exchange

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"bettertogether/internal/content"
)

// cellsOf is one row: its values by field, and each with its header.
type cellsOf struct {
	line    int
	values  map[string][]string
	headers []cell
}

type cell struct{ header, field, value string }

func (c cellsOf) one(field string) string { return strings.Join(c.values[field], " ") }

// list splits cells that hold several values.
func (c cellsOf) list(field string) []any {
	var all []any
	for _, v := range c.values[field] {
		for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
			if part = strings.TrimSpace(part); part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

func newRecord(line int, kind content.Kind, values map[string]any) record {
	for name, v := range values {
		if list, isList := v.([]any); v == "" || v == nil || isList && len(list) == 0 {
			delete(values, name)
		}
	}
	return record{line: line, kind: string(kind), fields: fields{values: values, used: map[string]bool{"type": true}}}
}

// weakKey makes a key of a name and what tells it from others of that name.
func weakKey(name, fact string) string {
	key := fold(name)
	if fact = strings.TrimSpace(fact); fact != "" {
		key += "; " + fact
	}
	const most = 300 // bytes, below what an identifier may have
	if len(key) > most {
		sum := sha256.Sum256([]byte(key))
		key = strings.ToValidUTF8(key[:most], "") + " " + hex.EncodeToString(sum[:8])
	}
	return key
}

// mention adds the record of an organization or a speaker whom a row only names, once, and returns its key.
func (s *sheet) mention(line int, kind content.Kind, name string) string {
	if name == "" {
		return ""
	}
	t := target{kind, weakKey(name, "")}
	if s.mentioned[t] {
		return t.key
	}
	s.mentioned[t] = true
	r := newRecord(line, kind, map[string]any{"key": t.key, "name": name})
	r.weak, r.isMention = true, true
	if kind == content.KindSpeaker {
		r.people, r.doubt = peopleIn(name)
	}
	s.p.records = append(s.p.records, r)
	return t.key
}

func (s *sheet) speaker(c cellsOf) {
	name := cmp.Or(c.one("name"), strings.TrimSpace(c.one("first_name")+" "+c.one("last_name")))
	links, lost := c.links()
	organization := s.mention(c.line, content.KindOrganization, c.one("organization"))
	r := newRecord(c.line, content.KindSpeaker, map[string]any{
		"key": c.one("key"), "name": name, "aka": c.list("aka"), "pronouns": c.one("pronouns"), "bio": markdownOf(c.one("bio")), "photo": c.one("photo"),
		"links": links, "organization": organization, "title_at_time": c.one("job_title"), "orcid": c.one("orcid"), "openalex": c.one("openalex"),
		"wikidata": c.one("wikidata"), "note": c.one("note"), "sources": c.list("sources"),
	})
	for _, l := range lost {
		r.say(fmt.Sprintf("%s is no web address, and nobody says of which network; it was left out", content.Quote(l)))
	}
	if organization == "" && c.one("job_title") != "" {
		// A title without an employer is no position; it is never split.
		delete(r.values, "title_at_time")
		r.values["tagline"] = c.one("job_title")
	}
	r.people, r.doubt = peopleIn(name)
	if r.values["key"] == nil && name != "" {
		fact := cmp.Or(plainIdentifier(content.SchemeORCID, c.one("orcid")), fold(c.one("organization")))
		if fact == "" && len(links) > 0 {
			fact = plainAddress(textOf(links[0].(map[string]any)["url"]))
		}
		r.values["key"], r.weak = weakKey(name, fact), true
	}
	s.p.records = append(s.p.records, r)
}

// links are the web addresses of a row, made of handles where the header says of which network.
func (c cellsOf) links() (links []any, lost []string) {
	for _, h := range c.headers {
		label := h.header
		switch h.field {
		case "links":
		case "website", "twitter", "linkedin":
			label = strings.ToUpper(h.field[:1]) + h.field[1:]
		default:
			continue
		}
		for word := range strings.FieldsFuncSeq(h.value, func(r rune) bool { return strings.ContainsRune(" ;|,\n\t", r) }) {
			if url := networkLink(label, word); content.IsWebAddress(url) {
				links = append(links, map[string]any{"url": url, "label": label})
			} else {
				lost = append(lost, word)
			}
		}
	}
	return links, lost
}

var between = regexp.MustCompile(`(?i)\s+(?:and|&|und|y|et|with)\s+|\s*[;/]\s*|\s+\+\s+`)

// peopleIn says when a name is more than one person's, or turned round. Nobody can split names without knowing them.
func peopleIn(name string) (people []string, doubt string) {
	if parts := between.Split(name, -1); len(parts) > 1 {
		return parts, "names more than one person: " + strings.Join(parts, " | ")
	}
	if head, tail, found := strings.Cut(name, ","); found && !isDegrees(tail) {
		return []string{head, tail, strings.TrimSpace(tail) + " " + head}, "may be two persons, or a last name before a first name"
	}
	return nil, ""
}

// ipedsSectors are the words for IPEDS' codes of sectors.
func ipedsSectors() map[string]string {
	return map[string]string{
		"0": "administrative unit", "1": "public, 4-year or above", "2": "private not-for-profit, 4-year or above",
		"3": "private for-profit, 4-year or above", "4": "public, 2-year", "5": "private not-for-profit, 2-year", "6": "private for-profit, 2-year",
		"7": "public, less-than-2-year", "8": "private not-for-profit, less-than-2-year", "9": "private for-profit, less-than-2-year",
		"99": "sector unknown",
	}
}

func (s *sheet) organization(c cellsOf) {
	kind, sector, unit := c.one("kind"), c.one("sector"), c.one("ipeds_unitid")
	if word := ipedsSectors()[sector]; word != "" && s.isIPEDS {
		sector = word
		kind = cmp.Or(kind, "college")
	}
	parent := s.mention(c.line, content.KindOrganization, c.one("parent"))
	r := newRecord(c.line, content.KindOrganization, map[string]any{
		"key": cmp.Or(c.one("key"), unit), "name": c.one("name"), "short_name": c.one("short_name"), "kind": strings.ToLower(strings.ReplaceAll(kind, " ", "_")),
		"sector": sector, "aka": c.list("aka"), "summary": markdownOf(c.one("summary")), "city": c.one("city"), "region": c.one("region"),
		"country": c.one("country"), "url": c.one("url"), "logo": c.one("logo"), "parent": parent, "established": c.one("established"),
		"status": c.one("status"), "ipeds_unitid": unit, "nces_leaid": c.one("nces_leaid"), "ror": c.one("ror"), "ein": c.one("ein"),
		"ctid": c.one("ctid"), "wikidata": c.one("wikidata"), "note": c.one("note"), "sources": c.list("sources"),
	})
	if name := c.one("name"); r.values["key"] == nil && name != "" {
		// As a sheet of speakers names it, which may have come before.
		r.values["key"], r.weak = weakKey(name, ""), true
	}
	s.p.records = append(s.p.records, r)
}

func (s *sheet) episode(c cellsOf) {
	title := c.one("title")
	r := newRecord(c.line, content.KindEpisode, map[string]any{
		"key": c.one("key"), "title": title, "subtitle": c.one("subtitle"), "series_name": c.one("series"), "abstract": markdownOf(c.one("summary")),
		"format": strings.ToLower(strings.ReplaceAll(c.one("format"), " ", "_")), "status": strings.ToLower(c.one("status")), "language": c.one("language"),
		"url": c.one("url"), "registration_url": c.one("registration_url"), "venue": c.one("venue"), "room": c.one("room"), "city": c.one("city"),
		"region": c.one("region"), "country": c.one("country"), "topic_names": c.list("topics"), "note": c.one("note"), "sources": c.list("sources"),
	})
	for _, field := range []string{"number", "season"} {
		if v := strings.TrimPrefix(c.one(field), "#"); v != "" {
			if _, err := strconv.Atoi(v); err != nil {
				r.wrong("%s: %s is no whole number", field, content.Quote(v))
			}
			r.values[field] = json.Number(v)
		}
	}
	s.when(&r, c)
	if last := title[strings.LastIndexByte(title, ' ')+1:]; last == "with" || last == "by" || last == "from" {
		r.say(fmt.Sprintf("the title ends in %q, as if a name followed it", last))
	}
	if r.values["key"] == nil && title != "" {
		r.values["key"], r.weak = weakKey(title, strings.TrimSpace(textOf(r.values["date"])+" "+textOf(r.values["start_local"]))), true
	}
	key := textOf(r.values["key"])
	var hosts []any
	for _, name := range c.list("hosts") {
		hosts = append(hosts, s.mention(c.line, content.KindOrganization, name.(string)))
	}
	if len(hosts) > 0 {
		r.values["organizations"] = hosts
	}
	s.p.records = append(s.p.records, r)
	if address := c.one("recording_url"); address != "" && key != "" {
		s.p.records = append(s.p.records, newRecord(c.line, content.KindResource, map[string]any{
			"key": key + ":recording", "kind": "recording", "episode": key, "url": address,
		}))
	}
	for i, name := range c.list("speakers") {
		s.appearance(c.line, key, name.(string), i+1)
	}
}

// appearance adds a speaker whom an episode's row names.
func (s *sheet) appearance(line int, episode, name string, position int) {
	if episode == "" {
		return
	}
	who := s.mention(line, content.KindSpeaker, name)
	s.p.records = append(s.p.records, appearanceOf(line, episode, map[string]any{
		"speaker": who, "name_as_printed": name, "position": json.Number(strconv.Itoa(position)),
	}))
}

// appearanceOf is the record of a speaker in an episode.
func appearanceOf(line int, episode string, values map[string]any) record {
	values["episode"], values["role"] = episode, "speaker"
	r := newRecord(line, "", values)
	r.kind = "appearance"
	return r
}
