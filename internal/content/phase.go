package content

import (
	"slices"
	"time"
)

// EpisodePhase is where an episode stands between its announcement and its archive. It is derived, never stored.
type EpisodePhase string

// The phases.
const (
	PhaseAnnounced          EpisodePhase = "ANNOUNCED"
	PhaseRegistrationOpen   EpisodePhase = "REGISTRATION_OPEN"
	PhaseFull               EpisodePhase = "FULL"
	PhaseRegistrationClosed EpisodePhase = "REGISTRATION_CLOSED"
	PhaseStartingSoon       EpisodePhase = "STARTING_SOON"
	PhaseLive               EpisodePhase = "LIVE"
	PhaseRecordingPending   EpisodePhase = "RECORDING_PENDING"
	PhaseOnDemand           EpisodePhase = "ON_DEMAND"
	PhaseEnded              EpisodePhase = "ENDED"
	PhaseNoRecording        EpisodePhase = "NO_RECORDING"
	PhasePostponed          EpisodePhase = "POSTPONED"
	PhaseCancelled          EpisodePhase = "CANCELLED"
)

func episodePhases() []EpisodePhase {
	return []EpisodePhase{
		PhaseAnnounced, PhaseRegistrationOpen, PhaseFull, PhaseRegistrationClosed, PhaseStartingSoon, PhaseLive,
		PhaseRecordingPending, PhaseOnDemand, PhaseEnded, PhaseNoRecording, PhasePostponed, PhaseCancelled,
	}
}

const (
	// soon is how long before its start a live episode is STARTING_SOON.
	soon = 15 * time.Minute
	// pending is how long after its end a live episode is RECORDING_PENDING.
	pending = 30 * 24 * time.Hour
)

// ActionKind says what the one right button does.
type ActionKind string

// The kinds of actions.
const (
	ActionRegister       ActionKind = "REGISTER"
	ActionJoinWaitlist   ActionKind = "JOIN_WAITLIST"
	ActionRemind         ActionKind = "REMIND"
	ActionWatchLive      ActionKind = "WATCH_LIVE"
	ActionWatchRecording ActionKind = "WATCH_RECORDING"
	ActionReadResources  ActionKind = "READ_RESOURCES"
	ActionNone           ActionKind = "NONE"
)

// Action is the one right button at an instant. URL is empty with NONE.
type Action struct {
	Kind  ActionKind
	Label string
	URL   string
}

// Moment is what time decides of an episode.
type Moment struct {
	Phase  EpisodePhase
	Action Action
	// ChangesAt is the next instant at which the phase or the action changes if nobody edits anything; zero is never.
	ChangesAt time.Time
}

// Page is what an action may need of the hub: the address of the episode's page, whether it has resources to read, and which
// addresses elsewhere are known to be broken.
type Page struct {
	URL          string
	HasResources bool
	// IsBroken tells a broken address; nil is a hub that knows of none.
	IsBroken func(url string) bool
}

// At derives what time decides: a pure function of the episode, its times and the instant.
func (e *Episode) At(t Times, now time.Time, page Page) Moment {
	m := Moment{Phase: e.phase(t, now)}
	m.Action = e.action(m.Phase, t, now, page)
	var few [8]time.Time
	for _, next := range e.boundaries(few[:0], t) {
		if !next.After(now) {
			continue
		}
		if phase := e.phase(t, next); phase != m.Phase || e.action(phase, t, next, page) != m.Action {
			m.ChangesAt = next
			break
		}
	}
	return m
}

// Boundaries lists the instants, in order, at which an episode's phase, action or recordings may change.
func (e *Episode) Boundaries(t Times) []time.Time { return e.boundaries(nil, t) }

func (e *Episode) boundaries(all []time.Time, t Times) []time.Time {
	add := func(at time.Time) {
		if !at.IsZero() {
			all = append(all, at)
		}
	}
	for _, r := range e.Recordings {
		add(r.PublishedAt)
	}
	if e.Status() == StatusCancelled || e.Status() == StatusPostponed {
		return inOrder(all)
	}
	if r := e.Registration; r != nil {
		add(r.OpensAt())
		add(r.ClosesAt())
	}
	if !t.Start.IsZero() {
		add(t.Start)
		if !e.Format().IsReleased() {
			add(t.Start.Add(-soon))
		}
	}
	if !t.Over.IsZero() {
		add(t.Over)
		if !e.Format().IsReleased() {
			add(t.Over.Add(pending))
		}
	}
	return inOrder(all)
}

// inOrder sorts instants and keeps each once.
func inOrder(all []time.Time) []time.Time {
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

func (e *Episode) phase(t Times, now time.Time) EpisodePhase {
	switch e.Status() {
	case StatusCancelled:
		return PhaseCancelled
	case StatusPostponed:
		return PhasePostponed
	}
	if e.Format().IsReleased() {
		switch {
		case !e.isReleased(t, now):
			return PhaseAnnounced
		case e.Playable(now) != nil:
			return PhaseOnDemand
		default:
			return PhaseEnded
		}
	}
	if e.Playable(now) != nil {
		return PhaseOnDemand
	}
	switch {
	case !t.Start.IsZero() && now.Before(t.Start.Add(-soon)):
		return e.registrationPhase(now)
	case !t.Start.IsZero() && now.Before(t.Start):
		return PhaseStartingSoon
	case !t.Start.IsZero() && now.Before(t.End):
		return PhaseLive
	case t.Start.IsZero() && !e.TookPlace() && (t.Over.IsZero() || now.Before(t.Over)):
		return e.registrationPhase(now)
	case e.NoRecording():
		return PhaseNoRecording
	case !t.Over.IsZero() && now.Before(t.Over.Add(pending)):
		return PhaseRecordingPending
	default:
		return PhaseEnded
	}
}

// isReleased tells whether audio or video is out: at its instant; else at the end of its partial date, when a recording
// says so, or because it is declared. Without any date it is out as soon as there is something to play.
func (e *Episode) isReleased(t Times, now time.Time) bool {
	switch {
	case !t.Start.IsZero():
		return !now.Before(t.Start)
	case e.TookPlace():
		return true
	case t.Over.IsZero():
		return e.Playable(now) != nil
	case !now.Before(t.Over):
		return true
	}
	for _, r := range e.Recordings {
		if !r.PublishedAt.IsZero() && !r.PublishedAt.After(now) {
			return true
		}
	}
	return false
}

func (e *Episode) registrationPhase(now time.Time) EpisodePhase {
	r := e.Registration
	switch {
	case r == nil || now.Before(r.OpensAt()):
		return PhaseAnnounced
	case !r.ClosesAt().IsZero() && !now.Before(r.ClosesAt()):
		return PhaseRegistrationClosed
	case r.Seats() == SeatsFull || r.Seats() == SeatsWaitlist:
		return PhaseFull
	default:
		return PhaseRegistrationOpen
	}
}

// Playable is the first recording that is out at an instant; nil when none is. A recording without a moment of its own is
// out with the revision that has it.
func (e *Episode) Playable(now time.Time) *Recording {
	for i := range e.Recordings {
		if !e.Recordings[i].PublishedAt.After(now) {
			return &e.Recordings[i]
		}
	}
	return nil
}

func (e *Episode) action(phase EpisodePhase, t Times, now time.Time, page Page) Action {
	switch phase {
	case PhaseRegistrationOpen, PhaseFull, PhaseStartingSoon:
		if a, ok := e.signUp(now); ok {
			return a
		}
		fallthrough
	case PhaseAnnounced, PhaseRegistrationClosed:
		if t.Over.IsZero() {
			return Action{Kind: ActionNone, Label: phase.label()}
		}
		return Action{ActionRemind, "Remind me", page.URL}
	case PhaseLive:
		switch {
		case e.StreamURL() != "":
			return Action{ActionWatchLive, "Watch live", e.StreamURL()}
		case e.Registration != nil:
			return Action{ActionRegister, "Go to the registration page", e.Registration.URL}
		}
	case PhaseOnDemand:
		for i := range e.Recordings {
			r := &e.Recordings[i]
			switch play := r.PlayURL(page.IsBroken); {
			case play == "" || r.PublishedAt.After(now):
			case r.RecordingKind() == RecordingAudio:
				return Action{ActionWatchRecording, "Listen to the recording", play}
			default:
				return Action{ActionWatchRecording, "Watch the recording", play}
			}
		}
		fallthrough // every recording is broken
	case PhaseRecordingPending, PhaseEnded, PhaseNoRecording:
		if page.HasResources {
			return Action{ActionReadResources, "Read the resources", page.URL + "#resources"}
		}
	}
	return Action{Kind: ActionNone, Label: phase.label()}
}

// PlayURL is the address to open now: the recording's own, its fallback where that is broken, or empty when nothing is left. A
// nil isBroken knows of nothing broken.
func (r *Recording) PlayURL(isBroken func(url string) bool) string {
	switch {
	case isBroken == nil || !isBroken(r.URL):
		return r.URL
	case r.FallbackURL() != "" && !isBroken(r.FallbackURL()):
		return r.FallbackURL()
	}
	return ""
}

// signUp is the action while people can still get in, or onto the waiting list.
func (e *Episode) signUp(now time.Time) (Action, bool) {
	if e.registrationPhase(now) == PhaseRegistrationOpen {
		return Action{ActionRegister, "Register", e.Registration.URL}, true
	}
	if e.registrationPhase(now) == PhaseFull && e.Registration.Seats() == SeatsWaitlist {
		return Action{ActionJoinWaitlist, "Join the waitlist", e.Registration.URL}, true
	}
	return Action{}, false
}

// label is the phase in words, for a button that cannot be pressed.
func (p EpisodePhase) label() string {
	switch p {
	case PhaseAnnounced:
		return "Announced"
	case PhaseFull:
		return "Full"
	case PhaseRegistrationClosed:
		return "Registration closed"
	case PhaseStartingSoon:
		return "Starting soon"
	case PhaseLive:
		return "Live now"
	case PhaseRecordingPending:
		return "Recording to follow"
	case PhaseOnDemand:
		return "Recording not available"
	case PhaseNoRecording:
		return "No recording"
	case PhasePostponed:
		return "Postponed"
	case PhaseCancelled:
		return "Cancelled"
	default:
		return "Ended"
	}
}
