package edition

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"bettertogether/internal/content"
)

// LikelyDuplicate is the score from which a pair is worth an editor's look: more likely one than two.
const LikelyDuplicate = 0.5

// ReasonCode says what speaks for or against two entries being one.
type ReasonCode string

// The reasons that lie in names.
const (
	ReasonSameName        ReasonCode = "SAME_NAME"
	ReasonSameAlias       ReasonCode = "SAME_ALIAS"
	ReasonSameCredit      ReasonCode = "SAME_CREDIT"
	ReasonNameOrder       ReasonCode = "NAME_ORDER"
	ReasonInitials        ReasonCode = "INITIALS"
	ReasonNickname        ReasonCode = "NICKNAME"
	ReasonMiddleName      ReasonCode = "MIDDLE_NAME"
	ReasonByMiddleName    ReasonCode = "BY_MIDDLE_NAME"
	ReasonPartOfName      ReasonCode = "PART_OF_NAME"
	ReasonOneTypo         ReasonCode = "ONE_TYPO"
	ReasonSameAcronym     ReasonCode = "SAME_ACRONYM"
	ReasonReplacedWord    ReasonCode = "REPLACED_WORD"
	ReasonOtherName       ReasonCode = "DIFFERENT_NAME"
	ReasonRareName        ReasonCode = "RARE_NAME"
	ReasonCommonName      ReasonCode = "COMMON_NAME"
	ReasonOtherMiddleName ReasonCode = "DIFFERENT_MIDDLE_NAME"
	ReasonOtherGeneration ReasonCode = "DIFFERENT_GENERATION"
)

// The reasons that lie in what is known beside names.
const (
	ReasonSameIdentifier     ReasonCode = "SAME_IDENTIFIER"
	ReasonOtherIdentifier    ReasonCode = "DIFFERENT_IDENTIFIER"
	ReasonSharedWebsite      ReasonCode = "SHARED_WEBSITE"
	ReasonOtherWebsite       ReasonCode = "DIFFERENT_WEBSITE"
	ReasonSameText           ReasonCode = "SAME_TEXT"
	ReasonSharedOrganization ReasonCode = "SHARED_ORGANIZATION"
	ReasonCloseOrganization  ReasonCode = "RELATED_ORGANIZATION"
	ReasonOtherOrganization  ReasonCode = "DIFFERENT_ORGANIZATION"
	ReasonSharedPeople       ReasonCode = "SHARED_PEOPLE"
	ReasonSharedSeries       ReasonCode = "SHARED_SERIES"
	ReasonSharedTopics       ReasonCode = "SHARED_TOPICS"
	ReasonCreditedTwice      ReasonCode = "CREDITED_TWICE"
	ReasonTogether           ReasonCode = "TOGETHER_IN_EPISODE"
	ReasonOtherPronouns      ReasonCode = "DIFFERENT_PRONOUNS"
	ReasonSamePlace          ReasonCode = "SAME_PLACE"
	ReasonOtherPlace         ReasonCode = "DIFFERENT_REGION"
	ReasonRelated            ReasonCode = "RELATED"
	ReasonOtherScheme        ReasonCode = "DIFFERENT_SCHEME"
)

// DuplicateReason is one piece of evidence.
type DuplicateReason struct {
	Code ReasonCode
	// Message is a plain sentence for editors.
	Message string
	// Weight is how far the reason moves the score, in log-odds: above zero for one entry, below for two.
	Weight float64
}

// DuplicatePair are two entries that may be the same, with the reasons, the strongest first.
type DuplicatePair struct {
	// First is the one that more entries point at, so mostly the one to keep.
	First, Second Entry
	// Score is from 0 to 1, in steps of a hundredth. It is no measured probability; see docs/duplicates.md.
	Score   float64
	Reasons []DuplicateReason
}

// DuplicateEdge is a pair with its place in the list.
type DuplicateEdge struct {
	Cursor string
	Node   DuplicatePair
}

// DuplicateConnection is a page of pairs, best first.
type DuplicateConnection struct {
	Edges      []DuplicateEdge
	PageInfo   *PageInfo
	TotalCount int32
}

// Nodes are the pairs.
func (c *DuplicateConnection) Nodes() []DuplicatePair {
	nodes := make([]DuplicatePair, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// proposal is a proposal before anybody asks for its reasons: two places in a resembler, and the score in hundredths.
type proposal struct {
	first, second *profile
	score         int
}

// Duplicates proposes the listed speakers, organizations or topics that may be the same and score at least minScore, best
// first, then by id. Only entries that share a rare part of a name, an acronym, an identifier or a website are compared, so
// the time grows about linearly with the entries of the kind.
func (v *View) Duplicates(kind content.Kind, minScore float64, args PageArgs) (*DuplicateConnection, error) {
	if !(minScore >= 0 && minScore <= 1) {
		return nil, badArgument("minScore", "%s is not from 0 to 1", strconv.FormatFloat(minScore, 'g', -1, 64))
	}
	if _, err := args.Size(); err != nil {
		return nil, err
	}
	r, err := v.Resembler(kind)
	if err != nil {
		return nil, err
	}
	pairs := r.pairs(int(math.Ceil(minScore*100 - 1e-9)))
	from, to, err := args.cut(len(pairs), func(name, s string) (int, error) { return findPair(pairs, kind, name, s) })
	if err != nil {
		return nil, err
	}
	c := &DuplicateConnection{TotalCount: int32(len(pairs))}
	c.PageInfo = info(from, to, len(pairs), func(i int) string { return pairs[i].cursor() })
	for _, p := range pairs[from:to] {
		c.Edges = append(c.Edges, DuplicateEdge{p.cursor(), r.tell(p)})
	}
	return c, nil
}

// DuplicatesAmong are the first pairs that Duplicates proposes of which both are among some entries, at most so many.
func (v *View) DuplicatesAmong(kind content.Kind, minScore float64, most int, isAmong func(content.ID) bool) ([]*DuplicatePair, error) {
	r, err := v.Resembler(kind)
	if err != nil {
		return nil, err
	}
	found := []*DuplicatePair{}
	for _, p := range r.pairs(int(math.Ceil(minScore*100 - 1e-9))) {
		if len(found) < most && isAmong(p.first.n.id()) && isAmong(p.second.n.id()) {
			pair := r.tell(p)
			found = append(found, &pair)
		}
	}
	return found, nil
}

// tell says why a pair may be one.
func (r *Resembler) tell(p proposal) DuplicatePair {
	return DuplicatePair{r.v.wrap(p.first.n), r.v.wrap(p.second.n), float64(p.score) / 100, r.judge(p.first, p.second, telling).sorted()}
}

func comparePairs(a, b proposal) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.first.n.id(), b.first.n.id()), cmp.Compare(a.second.n.id(), b.second.n.id()))
}

// cursor holds what orders a pair, so that it keeps its place when the pair goes.
func (p proposal) cursor() string {
	return encodeCursor(cursor{
		Order: "duplicates." + string(p.first.n.kind()), Sort: string(p.second.n.id()), When: int64(p.score), ID: p.first.n.id(),
	})
}

// findPair finds the place of a cursor, or for a pair that is gone the place that leaves out nothing.
func findPair(pairs []proposal, kind content.Kind, name, s string) (int, error) {
	c, err := decodeCursor(name, s, "duplicates."+string(kind))
	if err != nil {
		return 0, err
	}
	if content.ID(c.Sort).Kind() == "" {
		return 0, noCursor(name, s)
	}
	one := func(id content.ID) *profile { return &profile{n: &node{record: &record{called: content.HoldID(id)}}} }
	probe := proposal{one(c.ID), one(content.ID(c.Sort)), int(c.When)}
	at, found := slices.BinarySearchFunc(pairs, probe, comparePairs)
	if !found && name == "after" {
		at--
	}
	return at, nil
}

// judgement gathers the evidence on a pair, in the manner of Fellegi and Sunter (1969): weights in log-odds add up.
type judgement struct {
	mode    judging
	weight  float64
	reasons []DuplicateReason
}

// judging says whether a judgement needs its reasons or the sum alone.
type judging int

const (
	scoring judging = iota
	telling
)

// score is the judgement in hundredths.
func (j *judgement) score() int { return int(math.Round(100 / (1 + math.Exp(-j.weight)))) }

func (j *judgement) add(code ReasonCode, weight float64, message func() string) {
	j.weight += weight
	if j.mode == telling {
		j.reasons = append(j.reasons, DuplicateReason{code, message(), weight})
	}
}

// sorted are the reasons, the strongest first.
func (j *judgement) sorted() []DuplicateReason {
	slices.SortStableFunc(j.reasons, func(a, b DuplicateReason) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	return j.reasons
}
