package content

import (
	"fmt"
	"regexp"
	"strings"
)

// IdentifierScheme names who gives an identifier out.
type IdentifierScheme string

// The schemes of identifiers.
const (
	SchemeIPEDS    IdentifierScheme = "IPEDS_UNITID"
	SchemeNCES     IdentifierScheme = "NCES_LEAID"
	SchemeROR      IdentifierScheme = "ROR"
	SchemeEIN      IdentifierScheme = "EIN"
	SchemeCTID     IdentifierScheme = "CTID"
	SchemeWikidata IdentifierScheme = "WIKIDATA"
	SchemeORCID    IdentifierScheme = "ORCID"
	SchemeOpenAlex IdentifierScheme = "OPENALEX"
	SchemeExternal IdentifierScheme = "EXTERNAL"
)

// Identifier names an entry in somebody else's register. An identifier belongs to one entry of a kind only.
type Identifier struct {
	Scheme IdentifierScheme `json:"scheme"`
	Value  string           `json:"value"`
	// Source says whose key an EXTERNAL identifier is; empty in every other scheme.
	Source string `json:"source,omitzero"`
}

// identifierRule says what a scheme's values look like.
type identifierRule struct {
	scheme  IdentifierScheme
	form    *regexp.Regexp
	allowed string
	check   func(string) bool
}

var identifierRules = []identifierRule{
	{SchemeIPEDS, regexp.MustCompile(`^[0-9]{6}$`), "six digits, such as 204884", nil},
	{SchemeNCES, regexp.MustCompile(`^[0-9]{7}$`), "seven digits, such as 0602820", nil},
	{SchemeROR, regexp.MustCompile(`^0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}$`), "nine characters with a valid check number, such as 042nb2s44", checkROR},
	{SchemeEIN, regexp.MustCompile(`^[0-9]{2}-[0-9]{7}$`), "two digits, a hyphen and seven digits with a prefix that the IRS gives out, such as 04-2761636", checkEIN},
	{SchemeCTID, regexp.MustCompile(`^ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`), `"ce-" and a UUID in lower case`, nil},
	{SchemeWikidata, regexp.MustCompile(`^Q[1-9][0-9]{0,11}$`), "Q and a number, such as Q16930", nil},
	{SchemeORCID, regexp.MustCompile(`^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$`), "four groups of four with a valid check digit, such as 0000-0002-1825-0097", checkORCID},
	{SchemeOpenAlex, regexp.MustCompile(`^[AISWTFPC][1-9][0-9]{0,11}$`), "a letter and a number, such as A5023888391", nil},
	{SchemeExternal, regexp.MustCompile(`^.{1,400}$`), "1 to 400 characters", nil},
}

// check says what is wrong with an identifier, or returns nil.
func (i Identifier) check() error {
	var schemes []string
	for _, r := range identifierRules {
		schemes = append(schemes, string(r.scheme))
		if r.scheme != i.Scheme {
			continue
		}
		if !r.form.MatchString(i.Value) || r.check != nil && !r.check(i.Value) {
			return fmt.Errorf("%s is no %s identifier; allowed: %s", Quote(i.Value), i.Scheme, r.allowed)
		}
		if (i.Source != "") != (i.Scheme == SchemeExternal) {
			return fmt.Errorf("source is given with EXTERNAL identifiers, and only with them")
		}
		return nil
	}
	return fmt.Errorf("%s is no scheme; allowed: %s", Quote(string(i.Scheme)), strings.Join(schemes, ", "))
}

// checkORCID verifies ISO 7064 MOD 11-2, the check digit of ORCID.
func checkORCID(value string) bool {
	digits := strings.ReplaceAll(value, "-", "")
	total := 0
	for _, d := range digits[:15] {
		total = (total + int(d-'0')) * 2
	}
	return "0123456789X"[(12-total%11)%11] == digits[15]
}

// checkROR verifies ISO/IEC 7064 MOD 97-10 over the Crockford base-32 number, the check number of ROR.
func checkROR(value string) bool {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	number := 0
	for _, c := range value[:7] {
		number = number*32 + strings.IndexRune(alphabet, c)
	}
	return fmt.Sprintf("%02d", 98-number*100%97) == value[7:]
}

// checkEIN verifies the prefix: the IRS has never given out the ones named here.
func checkEIN(value string) bool {
	const never = " 00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97 "
	return !strings.Contains(never, " "+value[:2]+" ")
}

// Visibility says who meets an alias.
type Visibility string

// The visibilities of aliases.
const (
	// VisibilityPublic: shown, and found by search.
	VisibilityPublic Visibility = "PUBLIC"
	// VisibilityRedirect: never shown; only the address made from it leads to the entry. For a former name.
	VisibilityRedirect Visibility = "REDIRECT_ONLY"
	// VisibilityMatch: never shown; only imports match by it. For misprints.
	VisibilityMatch Visibility = "MATCH_ONLY"
)

// Alias is another name of a person, an organization or a topic.
type Alias struct {
	Value    string `json:"value"`
	Language string `json:"language,omitzero"`
	// Kinds are words of the source for what the alias is: "acronym".
	Kinds      []string   `json:"kinds,omitempty"`
	Visibility Visibility `json:"visibility"`
}

// publicAliases keeps what the public may see; it returns the same slice when that is all.
func publicAliases(all []Alias) []Alias {
	for i, a := range all {
		if a.Visibility != VisibilityPublic {
			shown := append([]Alias(nil), all[:i]...)
			for _, a := range all[i:] {
				if a.Visibility == VisibilityPublic {
					shown = append(shown, a)
				}
			}
			return shown
		}
	}
	return all
}
