package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// Topic is a topic as a view shows it.
type Topic struct {
	*content.Topic
	handle
}

// Definition is what the topic means, in a format.
func (t *Topic) Definition(format content.TextFormat) string {
	return t.v.text(t.Topic.Definition.In(format))
}

// Broader are the topics above.
func (t *Topic) Broader() []*Topic { return all[*Topic](t.v, t.Topic.Broader) }

// Narrower are the topics below, by name.
func (t *Topic) Narrower() []*Topic {
	return entries[*Topic](t.v, t.n.back(content.KindTopic, "broader"))
}

// Episodes are those on the topic or a narrower one.
func (t *Topic) Episodes(filter *content.EpisodeFilter, o *content.EpisodeOrder, args PageArgs) (*EpisodeConnection, error) {
	return t.v.among(episodeOrder(o), t.v.backs(t.reach(), content.KindEpisode, "topics")...).episodes(filter, args)
}

// CaseStudies are those on the topic or a narrower one.
func (t *Topic) CaseStudies(args PageArgs) (*CaseStudyConnection, error) {
	return t.v.caseStudiesAmong(args, t.v.backs(t.reach(), content.KindCaseStudy, "strategies", "populations")...)
}

// Resources are those on the topic or a narrower one.
func (t *Topic) Resources(args PageArgs) (*ResourceConnection, error) {
	return t.v.resourcesAmong(args, t.v.backs(t.reach(), content.KindResource, "topics")...)
}

// reach is the topic with everything below it.
func (t *Topic) reach() []int32 { return t.v.narrower([]int32{t.n.num}) }

// TopicEdge is a topic in a list.
type TopicEdge struct {
	Cursor string
	Node   *Topic
}

// TopicConnection is a page of topics.
type TopicConnection struct{ *page }

// Edges are the topics with their cursors.
func (c TopicConnection) Edges() []TopicEdge {
	edges := make([]TopicEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = TopicEdge{c.order.cursor(n), c.v.wrap(n).(*Topic)}
	}
	return edges
}

// Nodes are the topics.
func (c TopicConnection) Nodes() []*Topic { return wrapAll[*Topic](c.page) }

// TopicFilter says which topics a list shows.
type TopicFilter struct {
	Schemes []content.TopicScheme
	// Broader takes everything below the named topics, at any depth.
	Broader []content.ID
	Search  string
}

// Topics lists topics by name.
func (v *View) Topics(filter *TopicFilter, args PageArgs) (*TopicConnection, error) {
	by := orders[defaultOrder(content.KindTopic)]
	l := v.whole(by)
	topicOf := func(n *node) *content.Topic { return n.entry().(*content.Topic) }
	l.facet = func(_ *View, n *node, count func(field, value string)) { count("schemes", string(topicOf(n).Scheme)) }
	if f := filter; f != nil {
		if err := checkLists(map[string]int{"schemes": len(f.Schemes), "broader": len(f.Broader)}); err != nil {
			return nil, err
		}
		if len(f.Broader) > 0 {
			above := v.resolve(content.KindTopic, f.Broader)
			l.narrow(v.inOrder(orders[defaultOrder(content.KindTopic)], v.narrower(slices.Clone(above))[len(above):]))
		}
		if len(f.Schemes) > 0 {
			l.require(func(n *node) bool { return slices.Contains(f.Schemes, topicOf(n).Scheme) })
		}
		if err := l.searchFor(f.Search); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &TopicConnection{p}, nil
}
