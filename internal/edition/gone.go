package edition

import "bettertogether/internal/content"

// IsGone tells whether the public could once find an entry of a kind under a slug that leads nowhere now: it was taken down.
func (v *View) IsGone(kind content.Kind, slug string) bool {
	if v.lookup(kind, slug) != nil {
		return false
	}
	for _, num := range v.roll.bySlug(kind, slug) {
		n := v.nodes.at(num)
		if n == nil || n.record == nil {
			continue
		}
		for _, p := range n.record.public() {
			if p.revision > 0 && p.slug == slug && p.from <= v.Now.UnixMicro() {
				return true
			}
		}
	}
	return false
}
