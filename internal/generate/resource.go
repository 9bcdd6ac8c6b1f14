package generate

import "bettertogether/internal/content"

func (m *maker) resource(int) content.Entry {
	kinds := []content.ResourceKind{
		content.ResourceReport, content.ResourceArticle, content.ResourceBrief, content.ResourceToolkit, content.ResourceSlides,
		content.ResourceSlides, content.ResourceTranscript, content.ResourceLink, content.ResourceLink, content.ResourceDataset,
	}
	r := &content.Resource{
		Title: m.title(), ResourceManner: &content.ResourceManner{ResourceKind: pick(m, kinds), Language: "en"}, Href: m.address("files"),
		Topics: m.some(content.KindTopic, m.topics, m.IntN(3)),
	}
	if m.chance(50) {
		r.Summary = m.prose(100, 300)
	}
	if m.chance(60) {
		r.OwnManner().MediaType = "application/pdf"
		r.Href += ".pdf"
	}
	if m.chance(60) {
		r.Publishers = m.some(content.KindOrganization, m.organizations, 1)
	}
	if m.chance(25) {
		r.Authors = m.some(content.KindSpeaker, m.speakers, 2)
	}
	if m.chance(70) {
		r.PublishedOn = m.past()
	}
	if m.chance(20) {
		r.OwnManner().License = "CC-BY-4.0"
	}
	return r
}
