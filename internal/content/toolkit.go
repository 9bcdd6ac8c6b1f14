package content

// Toolkit is an ordered, annotated list of entries: the "toolkit of strategies".
type Toolkit struct {
	Base
	Title   string        `json:"title"`
	Summary Text          `json:"summary,omitzero"`
	Items   []ToolkitItem `json:"items,omitempty"`
}

// ToolkitItem is one entry of a toolkit and why it stands there.
type ToolkitItem struct {
	Entry      ID   `json:"entry"`
	Annotation Text `json:"annotation,omitzero"`
}

// Kind implements Entry.
func (*Toolkit) Kind() Kind { return KindToolkit }

// Label implements Entry.
func (t *Toolkit) Label() string { return t.Title }

// Links implements Entry.
func (t *Toolkit) Links(yield func(Link)) {
	for i := range t.Items {
		item := &t.Items[i]
		link(yield, "items", i, &item.Entry)
	}
}

// Texts implements Entry.
func (t *Toolkit) Texts(yield func(Weight, string)) {
	text(yield, WeightName, t.Title)
	text(yield, WeightSummary, t.Summary.bare())
	for _, item := range t.Items {
		text(yield, WeightBody, item.Annotation.bare())
	}
}

// Public implements Entry.
func (t *Toolkit) Public() Entry {
	if !t.hasNotes() {
		return t
	}
	shown := *t
	shown.hideNotes()
	return &shown
}

func (t *Toolkit) validate(v *validator) {
	v.required("title", t.Title)
	seen := map[ID]int{}
	for i, item := range t.Items {
		in := v.at("items", i)
		in.required("entry", string(item.Entry))
		in.ref("entry", item.Entry, Kinds()...)
		if first, twice := seen[item.Entry]; twice && item.Entry != "" {
			in.wrong(CodeDuplicate, "entry", "%s stands at position %d already", Quote(string(item.Entry)), first)
		}
		seen[item.Entry] = i
	}
}
