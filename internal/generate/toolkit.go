package generate

import "bettertogether/internal/content"

func (m *maker) toolkit(int) content.Entry {
	t := &content.Toolkit{Title: m.title(), Summary: m.prose(200, 400)}
	for _, id := range append(m.some(content.KindResource, m.resources, 4), ID(content.KindCaseStudy, m.IntN(m.size.CaseStudies))) {
		t.Items = append(t.Items, content.ToolkitItem{Entry: id, Annotation: m.prose(0, 200)})
	}
	return t
}
