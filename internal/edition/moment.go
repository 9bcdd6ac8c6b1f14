package edition

import (
	"slices"
	"time"
)

// Moment is an edition at an instant: it tells what answers are called and how long they hold, and makes the views that give them.
type Moment struct {
	*Edition
	Now time.Time
	// Site is the hub's public address without a slash at its end; every address in an answer begins with it.
	Site            string
	public, editors *Edition
	// due is when the next scheduled publication begins; zero is never.
	due time.Time
}

// NewMoment is an instant of the public edition, beside the preview of the same content.
func NewMoment(public, preview *Edition, now, due time.Time, site string) Moment {
	return Moment{Edition: public, Now: now, Site: site, public: public, editors: preview, due: due}
}

// View pins the moment for an operation.
func (m *Moment) View() *View {
	both := &struct { // lie together, since every view has its work
		View
		work
	}{}
	both.View = View{Moment: *m, work: &both.work}
	return &both.View
}

// Tag names what this moment answers; see Edition.Tag.
func (m *Moment) Tag() string { return m.Edition.Tag(m.Now) }

// Since is the instant since which the tag holds: its answers are those of that moment, by content and by the clock.
func (m *Moment) Since() time.Time {
	since := m.latest
	if passed, _ := slices.BinarySearch(m.boundaries, m.Now.UnixMicro()+1); passed > 0 && m.boundaries[passed-1] > since.UnixMicro() {
		since = moment(m.boundaries[passed-1])
	}
	return since
}

// Due is when the next scheduled publication begins, as far as it is known; zero is never. It may become another without any other
// edition.
func (m *Moment) Due() time.Time { return m.due }

// NextChangeAt is when time changes an answer next, by phase or by schedule; nil is never.
func (m *Moment) NextChangeAt() *time.Time { return instant(m.Until()) }

// Until is NextChangeAt, and zero for never.
func (m *Moment) Until() time.Time {
	next := m.NextChange(m.Now)
	if m.due.After(m.Now) && (next.IsZero() || m.due.Before(next)) {
		next = m.due
	}
	return next
}
