package content

import "time"

// Along is what goes with a recording. It is nil where that is nothing, as with most; who changes it changes that of an OwnRecording.
type Along struct {
	// Title is what the recording is called where it is offered.
	Title    string      `json:"title,omitzero"`
	Tracks   []TextTrack `json:"tracks,omitempty"`
	Chapters []Chapter   `json:"chapters,omitempty"`
	// Transcript is WebVTT text held by the hub.
	Transcript  string `json:"transcript,omitzero"`
	FallbackURL string `json:"fallbackUrl,omitzero"`
	// Key is the recording's natural key in the file that brought it.
	Key string `json:"key,omitzero"`
}

// RecordingKind says what one gets to see or hear.
func (r *Recording) RecordingKind() RecordingKind { return orNone(r.RecordingManner).RecordingKind }

// Provider is who offers it.
func (r *Recording) Provider() string { return orNone(r.RecordingManner).Provider }

// Title is what the recording is called where it is offered.
func (r *Recording) Title() string { return orNone(r.Along).Title }

// Tracks are the texts that go with the recording.
func (r *Recording) Tracks() []TextTrack { return orNone(r.Along).Tracks }

// Chapters are its named moments.
func (r *Recording) Chapters() []Chapter { return orNone(r.Along).Chapters }

// Transcript is WebVTT text held by the hub.
func (r *Recording) Transcript() string { return orNone(r.Along).Transcript }

// FallbackURL is where it may be had as well.
func (r *Recording) FallbackURL() string { return orNone(r.Along).FallbackURL }

// Key is the recording's natural key in the file that brought it.
func (r *Recording) Key() string { return orNone(r.Along).Key }

// OwnRecording is a recording that is being written, field by field: it shares nothing.
type OwnRecording struct {
	RecordingManner
	URL         string
	EmbedURL    string
	Seconds     int32
	PublishedAt time.Time
	Along
}

// Recording is what an entry holds of it.
func (r OwnRecording) Recording() Recording {
	held := Recording{&r.RecordingManner, r.URL, r.EmbedURL, r.Seconds, r.PublishedAt, nil}
	if a := r.Along; a.Title != "" || len(a.Tracks) > 0 || len(a.Chapters) > 0 || a.Transcript != "" || a.FallbackURL != "" || a.Key != "" {
		held.Along = &a
	}
	return held
}

// Own is a recording of a Clone, to be changed.
func (r *Recording) Own() OwnRecording {
	return OwnRecording{orNone(r.RecordingManner), r.URL, r.EmbedURL, r.Seconds, r.PublishedAt, orNone(r.Along)}
}
