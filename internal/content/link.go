package content

import (
	"fmt"
	"hash/fnv"
	"time"
)

// LinkState says what the hub knows of an address elsewhere.
type LinkState string

// The states of links.
const (
	LinkOK LinkState = "OK"
	// LinkUnsure is one that failed, but not often enough, or whose host does not let programs look.
	LinkUnsure LinkState = "UNSURE"
	LinkBroken LinkState = "BROKEN"
)

// LinkStates are all states, the worst first.
func LinkStates() []LinkState { return []LinkState{LinkBroken, LinkUnsure, LinkOK} }

// AddressUse says what an entry wants of an address elsewhere.
type AddressUse int

// The uses of addresses.
const (
	// UsePage is something to read.
	UsePage AddressUse = iota
	// UseRecording is something to watch or hear.
	UseRecording
	// UsePicture is a picture, of which the hub keeps a copy.
	UsePicture
)

// Addresses visits the addresses elsewhere that the hub looks after: recordings with their frames and fallbacks, resources,
// pictures that are not its own. Field is the dotted path as in JSON.
func Addresses(e Entry, visit func(field, url string, use AddressUse)) {
	some := func(field, url string, use AddressUse) {
		if IsWebAddress(url) {
			visit(field, url, use)
		}
	}
	switch e := e.(type) {
	case *Episode:
		for i, r := range e.Recordings {
			at := fmt.Sprint("recordings.", i)
			some(at+".url", r.URL, UseRecording)
			some(at+".embedUrl", r.EmbedURL, UseRecording)
			some(at+".fallbackUrl", r.FallbackURL(), UseRecording)
		}
	case *Resource:
		some("href", e.Href, UsePage)
	}
	Images(e, func(path string, i *Image) { some(path+".url", i.URL, UsePicture) })
}

// Finding is what the hub knows of an address elsewhere after it looked there. Those that told something new are rows of the
// history, beside the entries: no revision comes of them.
type Finding struct {
	URL string
	// Version is the content version that brought it; 0 where it is not of the history.
	Version int64
	// At is when the hub looked.
	At    time.Time
	State LinkState
	// Since is when the state began.
	Since time.Time
	// Status is the last answer's of HTTP; 0 where there was none.
	Status int32
	// Title is what the provider of a recording calls it.
	Title string
	// Detail says in words what is wrong; empty when nothing is.
	Detail string
	// Picture is the file name of the hub's copy of a picture, with its size in pixels; empty and 0 without one.
	Picture       string
	Width, Height int32
	// Gone counts the looks, an hour apart at least, that found nothing there, GoneAt is the last; Failures and FailedAt those, a
	// day apart, that failed in any way. FirstFailed is when that began. All are zero again once it is there.
	Gone                          int32
	Failures                      int32
	GoneAt, FailedAt, FirstFailed time.Time
	// IsPublic says that something public named the address when this was found, so that answers to the public changed.
	IsPublic bool
}

// LookOutcome is how one look at an address came out.
type LookOutcome int

// The outcomes of looks.
const (
	// LookUnclear tells nothing: the host refuses programs, asks for patience, or the hub must not go there.
	LookUnclear LookOutcome = iota
	// LookReached: it is there.
	LookReached
	// LookGone: whoever answers says that it is not there (404, 410, or a provider's word).
	LookGone
	// LookFailed: nobody answers, or with a failure of their own (5xx).
	LookFailed
)

// Look is one look at an address.
type Look struct {
	URL     string
	At      time.Time
	Outcome LookOutcome
	Status  int32
	Title   string
	Detail  string
	// Picture is what was fetched; see Finding.
	Picture       string
	Width, Height int32
}

const (
	goneApart   = time.Hour
	failedApart = 24 * time.Hour
	// goneEnough and failedEnough are how many such looks make a link broken.
	goneEnough   = 2
	failedEnough = 3
)

// After is what is known after one more look: a pure function, so every node that sees the same looks comes to the same. A link
// is broken when twice, at least an hour apart, it was gone, or when it failed three times, each at least a day after the other.
// What is unclear changes nothing.
func (f Finding) After(l Look) Finding {
	next := f
	next.URL, next.At, next.Version, next.IsPublic = l.URL, l.At, 0, false
	switch l.Outcome {
	case LookUnclear:
		if f.State == "" || f.State == LinkUnsure && f.Failures == 0 {
			next.State, next.Status, next.Detail = LinkUnsure, l.Status, l.Detail
		}
	case LookReached:
		next.State, next.Status, next.Detail = LinkOK, l.Status, ""
		next.Gone, next.Failures, next.GoneAt, next.FailedAt, next.FirstFailed = 0, 0, time.Time{}, time.Time{}, time.Time{}
		if l.Title != "" {
			next.Title = l.Title
		}
		if l.Picture != "" {
			next.Picture, next.Width, next.Height = l.Picture, l.Width, l.Height
		}
	default:
		next.Status, next.Detail = l.Status, l.Detail
		if l.Outcome == LookGone && (f.Gone == 0 || l.At.Sub(f.GoneAt) >= goneApart) {
			next.Gone, next.GoneAt = f.Gone+1, l.At
		}
		if f.Failures == 0 || l.At.Sub(f.FailedAt) >= failedApart {
			next.Failures, next.FailedAt = f.Failures+1, l.At
		}
		if f.Failures == 0 {
			next.FirstFailed = l.At
		}
		switch {
		case next.Gone >= goneEnough, next.Failures >= failedEnough:
			next.State = LinkBroken
		case f.State != LinkBroken:
			next.State = LinkUnsure
		}
	}
	if next.State != f.State {
		next.Since = l.At
	}
	return next
}

// Differs tells whether a finding says something else than an older one that answers show: its state, its title, its picture.
func (f Finding) Differs(older Finding) bool {
	return f.State != older.State || f.Title != older.Title || f.Picture != older.Picture
}

// DueAt is when the address is to be looked at next: a week after it was well or could not be told, a day after it failed, and by
// up to an eighth later, so that those which were found together do not stay together. The zero Finding is due at once.
func (f Finding) DueAt() time.Time {
	if f.At.IsZero() {
		return time.Time{}
	}
	pause := 7 * 24 * time.Hour
	if f.Failures > 0 {
		pause = 24 * time.Hour
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(f.URL)) // never fails
	return f.At.Add(pause + time.Duration(sum.Sum64()%uint64(pause/8)))
}
