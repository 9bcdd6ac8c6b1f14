package content

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestIdentifierFollowsTheRuleOfItsScheme(t *testing.T) {
	for _, c := range []struct {
		scheme       IdentifierScheme
		right, wrong []string
	}{
		{SchemeIPEDS, []string{"204884", "000001"}, []string{"", "20488", "2048844", "20488a", "２04884", "-20488"}},
		{SchemeNCES, []string{"0602820"}, []string{"602820", "06028200", "06-2820"}},
		{
			SchemeROR,
			[]string{"042nb2s44", "021nxhr62", "05dxps055", "02mhbdp94"},
			[]string{"042nb2s45", "42nb2s44", "142nb2s44", "042NB2S44", "042nb2s4", "042nb2s440", "042ib2s44", "042lb2s44", "042ob2s44", "042ub2s44", "https://ror.org/042nb2s44", "042nb2s4\n"},
		},
		{SchemeEIN, []string{"04-2761636", "99-9999999"}, []string{"042761636", "04-276163", "04-27616366", "00-2761636", "07-0000000", "49-1234567", "97-1234567", "4-2761636"}},
		{SchemeCTID, []string{"ce-917393e3-1b1e-4cef-ace4-edaa54e1f810"}, []string{"917393e3-1b1e-4cef-ace4-edaa54e1f810", "ce-917393E3-1b1e-4cef-ace4-edaa54e1f810", "ce-917393e31b1e4ceface4edaa54e1f810", "CE-917393e3-1b1e-4cef-ace4-edaa54e1f810"}},
		{SchemeWikidata, []string{"Q1", "Q16930"}, []string{"Q", "Q0", "q16930", "P16930", "Q16930 ", "Q1234567890123", "16930"}},
		{
			SchemeORCID,
			[]string{"0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"},
			[]string{"0000-0002-1825-0096", "0000000218250097", "0000-0002-1694-233x", "X000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-009", "0000–0002–1825–0097"},
		},
		{SchemeOpenAlex, []string{"A5023888391", "W1", "I136199984"}, []string{"A0", "a5023888391", "X123", "A", "5023888391"}},
		{SchemeExternal, []string{"a", "any thing / at-all", strings.Repeat("é", 400)}, []string{"", strings.Repeat("a", 401), "a\nb"}},
	} {
		source := ""
		if c.scheme == SchemeExternal {
			source = "catalog"
		}
		for _, value := range c.right {
			if err := (Identifier{c.scheme, value, source}).check(); err != nil {
				t.Errorf("%s %q: %v", c.scheme, value, err)
			}
		}
		for _, value := range c.wrong {
			err := Identifier{c.scheme, value, source}.check()
			if err == nil {
				t.Errorf("%s %q was taken", c.scheme, value)
			} else if !strings.Contains(err.Error(), Quote(value)) || !strings.Contains(err.Error(), "allowed: ") {
				t.Errorf("%s %q: the error does not say what was given and what is allowed: %v", c.scheme, value, err)
			}
		}
	}
}

func TestEverySchemeHasARule(t *testing.T) {
	var got []string
	for _, r := range identifierRules {
		got = append(got, string(r.scheme))
		if r.allowed == "" || r.form == nil {
			t.Errorf("%s says not what is allowed", r.scheme)
		}
		// The example in the message is one.
		if example := regexp.MustCompile(`such as ([A-Za-z0-9-]+)$`).FindStringSubmatch(r.allowed); example != nil {
			if err := (Identifier{Scheme: r.scheme, Value: example[1]}).check(); err != nil {
				t.Errorf("%s: its own example is wrong: %v", r.scheme, err)
			}
		}
	}
	want := "IPEDS_UNITID NCES_LEAID ROR EIN CTID WIKIDATA ORCID OPENALEX EXTERNAL"
	if strings.Join(got, " ") != want {
		t.Errorf("schemes are %v, want %s", got, want)
	}
	for _, none := range []IdentifierScheme{"", "DOI", "orcid"} {
		err := Identifier{Scheme: none, Value: "1"}.check()
		if err == nil || !strings.Contains(err.Error(), "OPENALEX") {
			t.Errorf("%q: %v", none, err)
		}
	}
}

func TestExternalIdentifierHasASourceAndNoOtherHas(t *testing.T) {
	for _, c := range []struct {
		id    Identifier
		right bool
	}{
		{Identifier{SchemeExternal, "1", "catalog"}, true},
		{Identifier{SchemeExternal, "1", ""}, false},
		{Identifier{SchemeWikidata, "Q1", ""}, true},
		{Identifier{SchemeWikidata, "Q1", "catalog"}, false},
	} {
		if err := c.id.check(); (err == nil) != c.right {
			t.Errorf("%+v: %v", c.id, err)
		}
	}
}

// Every other sign at every place: a check digit that lets one pass checks nothing.
func TestCheckDigitsFindEverySingleMistake(t *testing.T) {
	for _, c := range []struct {
		scheme IdentifierScheme
		signs  string
		values []string
	}{
		{SchemeORCID, "0123456789X", []string{"0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X", "0000-0003-1415-9269"}},
		{SchemeROR, "0123456789abcdefghjkmnpqrstvwxyz", []string{"042nb2s44", "021nxhr62", "05dxps055", "02mhbdp94"}},
	} {
		for _, value := range c.values {
			if err := (Identifier{Scheme: c.scheme, Value: value}).check(); err != nil {
				t.Fatal(err)
			}
			for i := range value {
				for _, sign := range c.signs {
					changed := value[:i] + string(sign) + value[i+1:]
					if changed != value && (Identifier{Scheme: c.scheme, Value: changed}).check() == nil {
						t.Errorf("%s %s passes for %s", c.scheme, changed, value)
					}
				}
			}
		}
	}
}

func TestIdentifiersStandOnce(t *testing.T) {
	e := full(t, KindOrganization)
	e.Common().OwnMargin().Identifiers = []Identifier{
		{Scheme: SchemeWikidata, Value: "Q1"},
		{SchemeExternal, "1", "a"},
		{SchemeExternal, "1", "b"},
		{Scheme: SchemeWikidata, Value: "Q2"},
		{Scheme: SchemeWikidata, Value: "Q1"},
		{Scheme: SchemeWikidata, Value: "Q1"},
		{Scheme: SchemeROR, Value: "Q1"},
	}
	want := []string{"identifiers.4 DUPLICATE", "identifiers.5 DUPLICATE", "identifiers.6 INVALID"}
	if got := told(Validate(e, new(Zones))); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzIdentifier(f *testing.F) {
	for i, r := range identifierRules {
		f.Add(uint8(i), "042nb2s44", "")
		f.Add(uint8(i), "0000-0002-1825-0097", "catalog")
		_ = r
	}
	f.Fuzz(func(t *testing.T, n uint8, value, source string) {
		id := Identifier{identifierRules[int(n)%len(identifierRules)].scheme, value, source}
		if err := id.check(); err != nil {
			return
		}
		if id.Scheme == SchemeExternal {
			return
		}
		if strings.Trim(value, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" || source != "" {
			t.Errorf("%+v was taken", id)
		}
	})
}
