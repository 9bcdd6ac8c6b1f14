package edition

import (
	"slices"
	"time"
)

// Tag names what this view answers; see Edition.Tag.
func (v *View) Tag() string { return v.Edition.Tag(v.Now) }

// Since is the instant since which the view's tag holds: its answers are those of that moment, by content and by the clock.
func (v *View) Since() time.Time {
	since := v.latest
	if passed, _ := slices.BinarySearch(v.boundaries, v.Now.UnixMicro()+1); passed > 0 && v.boundaries[passed-1] > since.UnixMicro() {
		since = moment(v.boundaries[passed-1])
	}
	return since
}

// Due is when the next scheduled publication begins, as far as it is known; zero is never. It may become another without any other
// edition.
func (v *View) Due() time.Time { return v.due }

// NextChangeAt is when time changes an answer next, by phase or by schedule; nil is never.
func (v *View) NextChangeAt() *time.Time { return instant(v.Until()) }

// Until is NextChangeAt, and zero for never.
func (v *View) Until() time.Time {
	next := v.NextChange(v.Now)
	if v.due.After(v.Now) && (next.IsZero() || v.due.Before(next)) {
		next = v.due
	}
	return next
}
