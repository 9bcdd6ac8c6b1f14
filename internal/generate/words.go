package generate

import "strings"

// The words of the field. Lists are split once; nobody changes them.
var (
	subjects = lines(`
		Community colleges|The college|Regional employers|Workforce boards|The partnership|Faculty and advisors|School districts
		Intermediaries|State agencies|Adult learners|The foundation|Program staff|Apprenticeship sponsors|Local unions
		Career navigators|Tribal colleges|The coalition|Hospital systems|Small manufacturers|Community organizations
		The network|Instructors|Industry councils|Student success teams|Rural campuses|The system office`)
	verbs = lines(`
		redesigned|built|described|co-funded|piloted|evaluated|expanded|mapped|shared|launched|documented|aligned|rethought
		strengthened|sustained|measured|scaled|introduced|reviewed|brought together|opened up|negotiated|simplified`)
	objects = lines(`
		stackable credentials|short-term certificates|a registered apprenticeship|dual enrollment pathways|advising models
		paid work-based learning|transfer agreements|wraparound supports|childcare and transportation aid|emergency grants
		a shared data agreement|credit for prior learning|bilingual bridge courses|an employer advisory council
		noncredit-to-credit pathways|hybrid lab instruction|sector partnerships|guided pathways|competency frameworks
		reentry programs|faculty externships|job quality standards|mentoring circles|a regional skills map|microcredentials
		early college classes|clinical placements|tuition-free programs|a common intake form|learner records`)
	tails = lines(`
		with support from a regional foundation|after three years of planning|for learners who work full time
		in response to a shortage of technicians|across seven rural counties|while enrollment was falling
		so that wages rise with each step|together with tribal and immigrant communities|on a budget that was cut twice
		before the federal grant ended|with clear roles for every partner|and what the evidence says about equity
		in health care, construction and information technology|with employers who share the cost
		for parents returning to school|inside two correctional facilities|through a common application
		over a single academic year|and published what did not work|for English language learners`)
	gerunds = lines(`
		Building|Scaling|Rethinking|Funding|Measuring|Sustaining|Designing|Expanding|Connecting|Aligning|Leading|Evaluating
		Opening|Mapping|Strengthening|Reimagining|Launching|Navigating|Closing|Sharing`)
	adjectives = lines(`
		Equitable|Regional|Stackable|Work-Based|Rural|Inclusive|Employer-Led|Data-Informed|Affordable|Bilingual|Shared
		Apprenticeship|Postsecondary|Noncredit|Cross-Sector|Sustainable|High-Quality|Community-Driven`)
	nouns = lines(`
		Pathways|Partnerships|Credentials|Transfer|Advising|Apprenticeships|Learning|Pipelines|Supports|Outcomes|Programs
		Networks|Coalitions|Enrollment|Access|Opportunity|Careers|Skills|Bridges|Alliances`)
	purposes = lines(`
		for Working Learners|with Regional Employers|after the Pandemic|in Health Care|in Advanced Manufacturing|for Veterans
		across State Lines|for First-Generation Students|in Rural Communities|with K-12 Districts|for Parents in College
		through Sector Strategies|for Justice-Impacted Learners|in Clean Energy|with Community Organizations|for Adult Learners
		in Information Technology|behind Bars|on Tribal Lands|for English Learners`)
	codas = lines(`
		Lessons from the Field|A Conversation|What Works|Part One|Part Two|Questions and Answers|From Pilot to Practice|A Toolkit
		Voices of Students|Year in Review|Case Studies|Evidence and Equity`)
	givenNames = words(`
		Marcia Aisha Luis Denise Kwame Priya Hannah Omar Beatriz Tyrone Mei Jonah Keisha Rafael Ingrid Samuel Leticia Noah Fatima
		Grace Dmitri Alma Curtis Yolanda Henrik Naomi Andre Sofia Malik Joanna Terrence Lucía José André Renée Zoë Chloë Björn
		Anaïs Miguel Tamika Walter Esther Hiroshi Carmen Douglas Shirin Paulette Victor Amara Gloria Edwin Rosa Julian Margaret
		Darnell Eleni Felix Bernadette Ivan Nkechi Thomas Claudia Sanjay Vivian Roberto Camille Desmond Irene Kofi Lorena Martin
		Adaeze Patrick Simone Ricardo Wanda Elijah Monique Stefan Teresa Uma Xavier Yasmin Zachary Olivia Peter Quinn Ruth Akira`)
	familyNames = words(`
		Ballinger García Okafor Nguyễn Thompson Patel O'Neil Müller Johnson Ramírez Washington Kim Peña Andersson Goldberg
		Hernández Wright Chowdhury Núñez Baker Rossi Delgado Freeman Łukasiewicz Carter Yamamoto Abebe Sullivan Ortiz Brooks
		Fernández Greene Haddad Iverson Jackson Kowalski Lindqvist Mbeki Novak Osei Parker Quintero Reyes Sandoval Torres Underwood
		Vargas Williams Xu Young Zimmerman Adeyemi Bernstein Castillo Dubois Espinoza Fitzgerald Gutiérrez Hoffman Ibrahim Jensen
		Kaplan Lopez Martínez Nakamura Olsen Petrov Ramsey Singh Tanaka Ulrich Villanueva Walker Yilmaz Zapata Bennett Coleman
		Dawson Ellison Foster Grant Hughes Irving Jefferson Keller Lambert Mitchell Norris Owens Pratt Rhodes Stephens Tucker
		Vaughn Whitfield Alvarado Banerjee Chandra Dominguez Eriksen Fontaine Gallagher Holloway Ishikawa Jimenez Kruger Larsen`)
	// Places are a beginning and an end: "Ashford".
	placeBegins = words(`
		Ash Brook Cedar Clear Cold East Elm Fair Fall Glen Gold Grand Green Hart High Iron Kings Lake Lin Long Maple Mill New North
		Oak Old Pine Port Red Ridge River Rock Rose Salt Sand Silver South Spring Stone Sun Thorn Wal Well West White Wild Wind
		Winter Wood`)
	placeEnds = words(`
		brook bridge burg bury dale field ford gate grove ham haven hill hurst land ley mere mont mouth point port ridge shore side
		stead ton town vale ville view water well wick wood worth`)
	organizationForms = lines(`
		% Community College|% State University|% Technical College|% Unified School District|% Workforce Development Board
		% Community Foundation|% Chamber of Commerce|% Regional Hospital|% Manufacturing Alliance|% Department of Labor
		% Career Center|% Literacy Council|% Building Trades Council|% Learning Network|% Robotics|% Public Media
		University of %|Center for Learning and Work at %|% Institute for Education Research|% High School`)
	jobTitles = lines(`
		President|Vice President of Academic Affairs|Dean of Workforce Education|Program Manager|Executive Director
		Director of Apprenticeships|Professor of Sociology|Senior Policy Analyst|Chief Learning Officer|Career Navigator
		Superintendent|Grants Manager|Director of Institutional Research|Associate Professor of Nursing|Plant Manager|Student
		Vice Chancellor for Student Success|Community Organizer|Workforce Development Specialist|Provost`)
	measures = lines(`
		programs launched|credentials awarded|learners enrolled|learners placed|employers involved|median wage gain
		completion rate|apprentices registered|dollars leveraged|credits transferred`)
	regions = words(`
		US-OH US-CA US-TX US-NY US-NC US-MI US-WA US-CO US-IL US-TN US-AZ US-MN US-MA US-GA US-OR US-KY US-NM US-VA US-IN US-MT`)
	zones = words(`
		America/New_York America/New_York America/New_York America/New_York America/Chicago America/Chicago America/Los_Angeles
		America/Los_Angeles America/Denver America/Phoenix UTC`)
)

// lines splits a list of phrases, one between two bars or on a line of its own.
func lines(text string) []string {
	all := strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == '\n' })
	phrases := all[:0]
	for _, phrase := range all {
		if phrase = strings.TrimSpace(phrase); phrase != "" {
			phrases = append(phrases, phrase)
		}
	}
	return phrases
}

func words(text string) []string { return strings.Fields(text) }
