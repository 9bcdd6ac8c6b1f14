package generate

import "bettertogether/internal/content"

// branch is a topic with the narrower ones below it.
type branch struct {
	scheme   content.TopicScheme
	name     string
	narrower []string
}

func tree() []branch {
	return []branch{
		{content.TopicSubject, "Partnerships", lines("Employer partnerships|K-12 partnerships|Community partnerships|Regional coalitions|Intermediaries")},
		{content.TopicSubject, "Workforce development", lines("Apprenticeship|Work-based learning|Short-term credentials|Sector strategies|Job quality")},
		{content.TopicSubject, "Student success", lines("Advising|Basic needs|Completion|Transfer|Belonging")},
		{content.TopicSubject, "Equity", lines("Racial equity|Gender equity|Rural access|Digital inclusion")},
		{content.TopicSubject, "Policy and funding", lines("State policy|Federal grants|Philanthropy|Performance funding")},
		{content.TopicStrategy, "Guided pathways", lines("Dual enrollment|Credit for prior learning|Stackable credentials|Bridge programs")},
		{content.TopicStrategy, "Data sharing", lines("Learner records|Outcome measurement|Labor market data")},
		{content.TopicAudience, "Colleges", lines("College leaders|Faculty|Advisors")},
		{content.TopicPopulation, "Adult learners", lines("Parents|Veterans|Justice-impacted learners|English learners|First-generation students")},
		{content.TopicIndustry, "Industries", lines("Health care|Advanced manufacturing|Information technology|Construction|Clean energy|Hospitality")},
	}
}

// twig is one topic of the flat list: popular ones stand among the first. above is the number of its broader topic, -1 at
// the top.
type twig struct {
	branch
	above int
}

func topics() []twig {
	var all []twig
	for _, b := range tree() {
		all = append(all, twig{b, -1})
	}
	for i, b := range tree() {
		for _, name := range b.narrower {
			all = append(all, twig{branch{scheme: b.scheme, name: name}, i})
		}
	}
	return all
}

func (m *maker) topic(n int) content.Entry {
	t := topics()[n]
	made := &content.Topic{Name: t.name, Scheme: t.scheme, Definition: m.prose(80, 300)}
	if t.above >= 0 {
		made.Broader = []content.ID{ID(content.KindTopic, t.above)}
	}
	if m.chance(30) {
		made.Aliases = []content.Alias{{Value: t.name + " programs", Visibility: content.VisibilityPublic}}
	}
	return made
}
