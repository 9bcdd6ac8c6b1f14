package plan

import (
	"crypto/sha256"
	"slices"
)

// shapeLists gives a shape to what is selected of the entries of lists, where no variable says what that is. An entry within such a
// one is a part of its piece.
func (p *pieces) shapeLists(s *set) {
	for i := range s.fields {
		f := &s.fields[i]
		for _, of := range f.of {
			if f.collected.Definition.Type.Elem != nil {
				p.shapeListed(of)
			} else {
				p.shapeLists(of)
			}
		}
	}
}

// shapeListed does so for what stands in a list.
func (p *pieces) shapeListed(s *set) {
	if !s.hangs && slices.Contains(objects[s.object].implements, "Entry") {
		s.shape = p.shape(s.asks(nil))
		return
	}
	for i := range s.fields {
		for _, of := range s.fields[i].of {
			p.shapeListed(of)
		}
	}
}

// asks appends what a set without variables asks for: two that ask for the same write the same.
func (s *set) asks(b []byte) []byte {
	b = append(append(b, s.object...), '{')
	for i := range s.fields {
		f := &s.fields[i]
		b = append(b, f.key...)
		if f.collected.Field == nil {
			continue // __typename, which its key tells
		}
		b = append(append(b, f.collected.Name...), '(')
		for _, arg := range f.collected.Arguments {
			b = append(append(append(append(b, arg.Name...), ':'), arg.Value.String()...), ',')
		}
		b = append(b, ')')
		for _, of := range f.of {
			b = of.asks(b)
		}
	}
	return append(b, '}')
}

// shape numbers a selection by what it asks; equal ones have one number. It is never 0.
func (p *pieces) shape(asks []byte) uint32 {
	name := sha256.Sum256(asks)
	p.mu.Lock()
	defer p.mu.Unlock()
	number, ok := p.shapes[name]
	if !ok {
		if len(p.shapes) == mostShapes {
			clear(p.shapes) // plans keep the numbers they have
		}
		p.last++
		number = p.last
		p.shapes[name] = number
	}
	return number
}
