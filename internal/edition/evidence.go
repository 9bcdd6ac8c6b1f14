package edition

import (
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// judge weighs everything that is known for and against two profiles being one. Which of them comes first does not matter.
func (r *Resembler) judge(a, b *profile, mode judging) *judgement {
	if a.at > b.at {
		a, b = b, a
	}
	j := &judgement{mode: mode}
	named := r.judgeNames(j, a, b)
	same := j.identifiers(a, b)
	shared := r.judgeSites(j, a, b)
	if !named && !same {
		if !shared {
			return &judgement{mode: mode, weight: -10}
		}
		j.add(ReasonOtherName, -4, func() string { return "Nothing in their names agrees." })
	}
	if a.text == b.text && len(a.text) >= 60 {
		j.add(ReasonSameText, 3, func() string { return "Both have the same description, word for word." })
	}
	if contains(a.related, b.n) || contains(b.related, a.n) {
		j.add(ReasonRelated, -5, func() string {
			return "One is entered as the other's parent, successor, relative or broader topic, so somebody has told them apart."
		})
	}
	switch r.kind {
	case content.KindSpeaker:
		r.judgePeople(j, a, b)
	case content.KindOrganization:
		r.judgePlaces(j, a, b)
	case content.KindTopic:
		if a.scheme != b.scheme && a.scheme != "" && b.scheme != "" {
			j.add(ReasonOtherScheme, -2.5, func() string { return fmt.Sprintf("One is in the scheme %s, the other in %s.", a.scheme, b.scheme) })
		}
	}
	return j
}

// judgeNames takes the pair of names that agree best, and says whether any agree.
func (r *Resembler) judgeNames(j *judgement, a, b *profile) bool {
	var best nameMatch
	var x, y *variant
	place := strings.TrimSpace(a.place + " " + b.place)
	for i := range a.names {
		for k := range b.names {
			m := r.compareNames(&a.names[i], &b.names[k], place)
			if m.code != "" && (best.code == "" || m.weight+m.againstWeight > best.weight+best.againstWeight) {
				best, x, y = m, &a.names[i], &b.names[k]
			}
		}
	}
	if best.code == "" {
		return false
	}
	switch {
	case r.kind == content.KindTopic: // topics have few namesakes
		best.weight++
	case r.kind == content.KindOrganization && best.code == ReasonSameName && len(x.title.words) > 1:
		best.weight += 0.3
	}
	j.add(best.code, best.weight, func() string { return nameMessage(best.code, x, y) })
	switch best.against {
	case ReasonOtherGeneration:
		j.add(best.against, best.againstWeight, func() string { return "One name says which generation, such as Jr., and the other another or none." })
	case ReasonOtherMiddleName:
		j.add(best.against, best.againstWeight, func() string { return "The middle names do not agree." })
	}
	if r.kind == content.KindSpeaker {
		r.judgeRarity(j, x, y)
	}
	return true
}

// compareNames compares two names; an exact match by an alias, a credit or an acronym says so.
func (r *Resembler) compareNames(x, y *variant, place string) nameMatch {
	if r.kind == content.KindSpeaker {
		m := comparePersons(&x.person, &y.person)
		if m.code == ReasonSameName && (x.origin == ofAlias || y.origin == ofAlias) {
			m.code, m.weight = ReasonSameAlias, m.weight+0.6
		} else if m.code == ReasonSameName && (x.origin == ofCredit || y.origin == ofCredit) {
			m.code = ReasonSameCredit
		}
		return m
	}
	if x.origin == ofAcronym && y.origin == ofAcronym {
		return nameMatch{}
	}
	m := compareTitles(&x.title, &y.title, place)
	switch {
	case x.origin == ofAcronym || y.origin == ofAcronym:
		if m.code != ReasonSameName {
			return nameMatch{}
		}
		m.code = ReasonSameAcronym
	case m.code == ReasonSameName && (x.origin == ofAlias || y.origin == ofAlias):
		m.code, m.weight = ReasonSameAlias, m.weight+0.4
	}
	return m
}

func nameMessage(code ReasonCode, x, y *variant) string {
	how := map[ReasonCode]string{
		ReasonSameName:     "are the same name but for case, accents, titles, small words and punctuation",
		ReasonSameAlias:    "are the same, and one is entered as another name",
		ReasonSameCredit:   "are the same, and one is how the person was credited",
		ReasonNameOrder:    "have the same words in another order",
		ReasonInitials:     "agree where one has an initial only",
		ReasonNickname:     "agree if one is the short form of the other",
		ReasonMiddleName:   "agree but for a middle name or an initial",
		ReasonByMiddleName: "agree if the person goes by the middle name",
		ReasonPartOfName:   "agree where one has words more",
		ReasonOneTypo:      "differ by one letter",
		ReasonSameAcronym:  "agree where one is the acronym of the other",
		ReasonReplacedWord: "differ by one word for the kind of institution",
	}[code]
	if x.printed == y.printed {
		return fmt.Sprintf("Both are called %s.", content.Quote(x.printed))
	}
	return fmt.Sprintf("%s and %s %s.", content.Quote(x.printed), content.Quote(y.printed), how)
}

// judgeRarity weighs by how many people have the family name, and how many entries here.
func (r *Resembler) judgeRarity(j *judgement, x, y *variant) {
	families := max(r.families[x.person.core], r.families[y.person.core])
	if len(x.person.given) == 0 && len(y.person.given) == 0 {
		return
	}
	switch {
	case x.person.isCommon || y.person.isCommon || families > max(6, len(r.profiles)/300):
		j.add(ReasonCommonName, -0.5, func() string { return fmt.Sprintf("%s is a common name.", content.Quote(x.person.line)) })
	case families <= 3:
		weight := []float64{0, 0.2, 0.4, 0.7}[x.person.length()]
		j.add(ReasonRareName, weight, func() string { return fmt.Sprintf("%s is a rare family name here.", content.Quote(x.person.family)) })
	}
}

// identifiers says whether the two share one. Of a scheme that both have without sharing a value one reason is given.
func (j *judgement) identifiers(a, b *profile) bool {
	same := false
	told := map[content.IdentifierScheme]bool{}
	for _, x := range a.identifiers {
		if slices.Contains(b.identifiers, x) && !told[x.Scheme] {
			same, told[x.Scheme] = true, true
			j.add(ReasonSameIdentifier, 9, func() string { return fmt.Sprintf("Both have the %s %s.", x.Scheme, content.Quote(x.Value)) })
		}
	}
	for _, x := range a.identifiers {
		at := slices.IndexFunc(b.identifiers, func(y content.Identifier) bool { return y.Scheme == x.Scheme })
		if at < 0 || told[x.Scheme] || x.Scheme == content.SchemeExternal { // keys of imports tell rows apart, not people
			continue
		}
		told[x.Scheme] = true
		weight := -6.0
		switch x.Scheme {
		case content.SchemeOpenAlex: // made by a program, which splits people
			weight = -1
		case content.SchemeEIN, content.SchemeCTID:
			weight = -3
		}
		j.add(ReasonOtherIdentifier, weight, func() string {
			return fmt.Sprintf("They have different identifiers of %s: %s and %s.", x.Scheme, content.Quote(x.Value), content.Quote(b.identifiers[at].Value))
		})
	}
	return same
}

// judgeSites says whether the two share an address that few others have.
func (r *Resembler) judgeSites(j *judgement, a, b *profile) bool {
	shared, other := "", ""
	for _, x := range a.sites {
		if slices.Contains(b.sites, x) {
			if shared == "" || r.sites[x] < r.sites[shared] {
				shared = x
			}
			continue
		}
		host, path, _ := strings.Cut(x, "/")
		for _, y := range b.sites { // of people only two profiles at one place tell anything
			if r.kind == content.KindOrganization || path != "" && strings.HasPrefix(y, host+"/") {
				other = y
			}
		}
	}
	switch {
	case shared != "" && r.sites[shared] <= 3:
		j.add(ReasonSharedWebsite, 2.6, func() string { return fmt.Sprintf("Both link to %s.", content.Quote(shared)) })
		return true
	case shared != "":
		j.add(ReasonSharedWebsite, 0.4, func() string { return fmt.Sprintf("Both link to %s, as others do.", content.Quote(shared)) })
	case other != "":
		j.add(ReasonOtherWebsite, -1, func() string {
			return fmt.Sprintf("They link to different sites, one of them %s.", content.Quote(other))
		})
	}
	return false
}

func (r *Resembler) judgePeople(j *judgement, a, b *profile) {
	if x, y := leading(a.pronouns), leading(b.pronouns); x != y && x != "" && y != "" && x != "they" && y != "they" {
		j.add(ReasonOtherPronouns, -3, func() string {
			return fmt.Sprintf("Their pronouns are %s and %s.", content.Quote(a.pronouns), content.Quote(b.pronouns))
		})
	}
	j.together(a, b)
	org, shares := common(a.organizations, b.organizations)
	switch {
	case shares:
		weight := 1.7
		if len(r.v.nodes.at(org).back(content.KindSpeaker, "affiliations"))+len(r.v.nodes.at(org).back(content.KindEpisode, "creditedOrganizations")) > 100 {
			weight = 1.1
		}
		j.add(ReasonSharedOrganization, weight, func() string { return "Both stand for " + r.label(org) + "." })
	case len(a.organizations) > 0 && len(b.organizations) > 0 && r.areClose(a.organizations, b.organizations):
		j.add(ReasonCloseOrganization, 0.5, func() string { return "They stand for organizations that are related." })
	case len(a.organizations) > 0 && len(b.organizations) > 0:
		j.add(ReasonOtherOrganization, -0.8, func() string {
			return "They stand for different organizations: " + r.label(a.organizations[0]) + " and " + r.label(b.organizations[0]) + "."
		})
	}
	if num, ok := common(a.people, b.people); ok {
		j.add(ReasonSharedPeople, 0.8, func() string { return "Both have appeared with " + r.label(num) + "." })
	}
	if num, ok := common(a.series, b.series); ok {
		j.add(ReasonSharedSeries, 0.5, func() string { return "Both are in the series " + r.label(num) + "." })
	} else if num, ok := common(a.topics, b.topics); ok {
		j.add(ReasonSharedTopics, 0.2, func() string { return "Both are in episodes on " + r.label(num) + "." })
	}
}

// together weighs episodes in which both appear: twice under one credit is a slip, under two credits it is two people.
func (j *judgement) together(a, b *profile) {
	for _, x := range a.credits {
		for _, y := range b.credits {
			if x.episode != y.episode {
				continue
			}
			alike := len(x.organizations) == 0 || len(y.organizations) == 0 ||
				slices.ContainsFunc(x.organizations, func(o content.ID) bool { return slices.Contains(y.organizations, o) })
			if fold(x.name) == fold(y.name) && alike {
				j.add(ReasonCreditedTwice, 0.5, func() string { return "One episode has both, under the same credit." })
			} else {
				j.add(ReasonTogether, -4.5, func() string {
					return fmt.Sprintf("One episode has both, as %s and as %s.", content.Quote(x.name), content.Quote(y.name))
				})
			}
			return
		}
	}
}

func (r *Resembler) judgePlaces(j *judgement, a, b *profile) {
	switch {
	case a.country != b.country && a.country != "" && b.country != "":
		j.add(ReasonOtherPlace, -4, func() string { return fmt.Sprintf("One is in %s, the other in %s.", a.country, b.country) })
	case a.region != b.region && a.region != "" && b.region != "":
		j.add(ReasonOtherPlace, -3.5, func() string { return fmt.Sprintf("One is in %s, the other in %s.", a.region, b.region) })
	case a.place != b.place && a.city != "" && b.city != "":
		j.add(ReasonOtherPlace, -2.5, func() string { return fmt.Sprintf("One is in %s, the other in %s.", a.city, b.city) })
	case a.city != "" && b.city != "":
		j.add(ReasonSamePlace, 1, func() string { return "Both are in " + a.city + "." })
	case a.region != "" && b.region != "":
		j.add(ReasonSamePlace, 0.5, func() string { return "Both are in " + a.region + "." })
	}
	if num, ok := common(a.people, b.people); ok {
		j.add(ReasonSharedPeople, 0.8, func() string { return r.label(num) + " stands for both." })
	}
}

// areClose tells whether any two organizations of the lists are parent and child, successors or related.
func (r *Resembler) areClose(a, b []int32) bool {
	for _, num := range a[:min(len(a), 10)] {
		close := false
		r.v.nodes.at(num).entry().Links(func(l content.Link) { close = close || contains(b, r.v.find(l.To)) })
		for _, field := range []string{"parent", "successors", "related"} {
			_, linked := common(r.v.nodes.at(num).back(content.KindOrganization, field), b)
			close = close || linked
		}
		if close {
			return true
		}
	}
	return false
}

func (r *Resembler) label(num int32) string { return content.Quote(r.v.nodes.at(num).entry().Label()) }

// leading is the first of some pronouns: "she" of "she/her".
func leading(pronouns string) string {
	first, _, _ := strings.Cut(pronouns, "/")
	return strings.TrimSpace(first)
}

func contains(sorted []int32, n *node) bool {
	if n == nil {
		return false
	}
	_, found := slices.BinarySearch(sorted, n.num)
	return found
}

// common finds the first number that two lists share; the second one is sorted.
func common(a, sorted []int32) (int32, bool) {
	for _, num := range a {
		if _, found := slices.BinarySearch(sorted, num); found {
			return num, true
		}
	}
	return 0, false
}
