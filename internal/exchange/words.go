package exchange

import (
	"strings"

	"bettertogether/internal/content"
)

// What files call things, in the hub's words. A word that is not here becomes OTHER, with the word kept as printed.

func organizationKind(word, sector string) content.OrganizationKind {
	switch word {
	case "college":
		switch {
		case strings.Contains(sector, "2-year") && !strings.Contains(sector, "less-than"):
			return content.OrgCommunityCollege
		case strings.Contains(sector, "4-year"):
			return content.OrgUniversity
		case strings.Contains(sector, "administrative"):
			return content.OrgCollegeSystem
		case strings.Contains(sector, "less-than-2-year"):
			return content.OrgTraining
		}
		return content.OrgOther
	case "school":
		return content.OrgTraining
	case "association":
		return content.OrgAssociation
	case "k12_district":
		return content.OrgSchoolDistrict
	case "k12_school":
		return content.OrgHighSchool
	case "government_federal":
		return content.OrgFederalAgency
	case "government_state", "government_program":
		return content.OrgStateAgency
	case "government_local":
		return content.OrgLocalAgency
	case "cbo":
		return content.OrgCommunityBased
	case "company", "edtech":
		return content.OrgEmployer
	}
	kind := content.OrganizationKind(strings.ToUpper(word))
	if content.IsOrganizationKind(kind) {
		return kind
	}
	return content.OrgOther
}

func partnerRole(printed string) content.PartnerRole {
	if role := content.PartnerRole(strings.ToUpper(printed)); content.IsPartnerRole(role) {
		return role
	}
	p := strings.ToLower(printed)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(p, w) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasPrefix(p, "lead"):
		return content.PartnerLead
	case strings.HasPrefix(p, "member"):
		return content.PartnerMember
	case strings.HasPrefix(p, "funder"), has("philanthrop"):
		return content.PartnerFunder
	case has("author", "research", "evaluator"):
		return content.PartnerResearch
	case p == "employer", p == "employers", has("company", "sponsor"):
		return content.PartnerEmployer
	case has("union"):
		return content.PartnerLabor
	case has("social service", "human service"):
		return content.PartnerServices
	case has("college", "school", "university", "training provider"):
		return content.PartnerEducation
	case has("agency", "government", "county", "state "):
		return content.PartnerGovernment
	case has("consortium", "network", "intermediary", "institute", "association", "center"):
		return content.PartnerIntermediary
	case has("community"):
		return content.PartnerCommunity
	}
	return content.PartnerOther
}

func appearanceRole(printed string) content.AppearanceRole {
	word := strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(printed))
	if role := content.AppearanceRole(word); content.IsAppearanceRole(role) {
		return role
	}
	switch word {
	case "OPENING", "PARTICIPANT":
		return content.RoleSpeaker
	case "FACILITATOR", "CHAIR":
		return content.RoleModerator
	}
	return content.RoleOther
}

func seriesKind(word string) content.SeriesKind {
	kind := content.SeriesKind(strings.ToUpper(word))
	if content.IsSeriesKind(kind) {
		return kind
	}
	return content.SeriesEvents
}

func resourceKind(word string) content.ResourceKind {
	kind := content.ResourceKind(strings.ToUpper(word))
	if content.IsResourceKind(kind) {
		return kind
	}
	switch word {
	case "policy_framework":
		return content.ResourceFramework
	case "related", "website", "thumbnail":
		return content.ResourceLink
	case "playbook":
		return content.ResourceToolkit
	}
	return content.ResourceOther
}

// episodeFormat is the format and the mode of attendance that a file's word and the kind of the series amount to.
func episodeFormat(word string, in content.SeriesKind) (content.EpisodeFormat, content.AttendanceMode) {
	if format := content.EpisodeFormat(word); content.IsEpisodeFormat(format) {
		return format, ""
	}
	live := content.FormatMeeting
	if in == content.SeriesConference {
		live = content.FormatSession
	}
	switch word {
	case "audio", "podcast":
		return content.FormatAudio, content.AttendOnline
	case "video":
		return content.FormatVideo, content.AttendOnline
	case "online", "webinar":
		if in == content.SeriesConference {
			return content.FormatSession, content.AttendOnline
		}
		return content.FormatWebinar, content.AttendOnline
	case "in_person":
		return live, content.AttendOffline
	case "hybrid":
		return live, content.AttendMixed
	case "session":
		return content.FormatSession, ""
	}
	switch in {
	case content.SeriesPodcast:
		return content.FormatAudio, content.AttendOnline
	case content.SeriesWebinar:
		return content.FormatWebinar, ""
	}
	return live, ""
}

// usStates are the codes that stand alone where a country is not given.
const usStates = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND " +
	"OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI UM "

// region writes a region as ISO 3166-2; what cannot be one is "".
func region(code, country string) string {
	switch {
	case code == "":
		return ""
	case content.IsRegion(code):
		return code
	case country == "" && strings.Contains(usStates, " "+code+" "):
		return "US-" + code
	case country != "" && content.IsRegion(country+"-"+code):
		return country + "-" + code
	}
	return ""
}
