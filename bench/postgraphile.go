package main

// postgraphileDocuments ask what hubDocuments ask, in the words of the schema that PostGraphile makes of the tables.
var postgraphileDocuments = documents{
	latest: `query Latest { episodes: allEpisodes(first: 20, orderBy: PLACE_ASC) { ` + tableEpisodes + ` } }`,
	page: `query Page($after: Cursor, $visitor: String!) { episodes: allEpisodes(first: 20, after: $after, orderBy: PLACE_ASC) { ` + tableEpisodes + ` } ` +
		tableVisitor + ` }`,
	partners:   `query Partners($organization: String!) { ` + tablePartners + ` }`,
	partnersOf: `query PartnersOf($organization: String!, $visitor: String!) { ` + tablePartners + ` ` + tableVisitor + ` }`,
}

// postgraphileWalk asks for cursors.
const postgraphileWalk = `query Walk($after: Cursor) { episodes: allEpisodes(first: 100, after: $after, orderBy: PLACE_ASC) { edges { cursor } } }`

// The selections: what stands between the nodes of two tables is left out of the comparison.
const (
	tableEpisodes = `nodes { id: rowId title date
		appearances: appearancesByEpisode(orderBy: POSITION_ASC) { nodes { role creditedName speaker: speakerBySpeaker { id: rowId name } } }
		organizations: episodeOrganizationsByEpisode(orderBy: POSITION_ASC) { nodes { organization: organizationByOrganization { id: rowId name } } }
		resources: episodeResourcesByEpisode(orderBy: POSITION_ASC) { nodes { resource: resourceByResource { id: rowId title href } } } }`
	tablePartners = `organization: organizationByRowId(rowId: $organization) { id: rowId name
		caseStudies: organizationCaseStudiesByOrganization(first: 3, orderBy: POSITION_ASC) { nodes { caseStudy: caseStudyByCaseStudy { id: rowId title
		partners: caseStudyPartnersByCaseStudy(orderBy: POSITION_ASC) { nodes { role organization: organizationByOrganization { id: rowId name
		episodes: organizationEpisodesByOrganization(first: 3, orderBy: POSITION_ASC) { nodes { episode: episodeByEpisode { id: rowId title date
		appearances: appearancesByEpisode(orderBy: POSITION_ASC) { nodes { role speaker: speakerBySpeaker { id: rowId name } } } } } } } } } } } } }`
	tableVisitor = `visitor: speakerByRowId(rowId: $visitor) { name }`
)
