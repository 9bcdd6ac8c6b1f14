package feed

import (
	"strings"

	tags "golang.org/x/text/language"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Words are the words of the interface in one language.
type Words struct {
	// Language is the BCP 47 tag: "en" or "es".
	Language string
	// AllEpisodes names the list of all episodes.
	AllEpisodes string
	// Registration, WatchLive and Page come before an address, with a colon.
	Registration, WatchLive, Page string
	// Online is the place of an episode without another one.
	Online string
	// AsOf is the sentence of a list that does not move by itself; %s is a day.
	AsOf string
	// SeeCurrent is the link to the list that does.
	SeeCurrent string
	// Nothing stands in an empty list, Unknown for a date that is not known.
	Nothing, Unknown string
	// More leads to the rest of a list, Calendar to its calendar, GetCode to what partners paste.
	More, Calendar, GetCode string

	months, days [12]string
	actions      map[content.ActionKind]string
	phases       map[content.EpisodePhase]string
	clauses      clauses
}

// InterfaceWords are the words in a language, in English for one that the interface does not speak.
func InterfaceWords(tag string) *Words {
	if parsed, err := tags.Parse(tag); err == nil {
		if base, _ := parsed.Base(); base.String() == "es" {
			return spanish()
		}
	}
	return english()
}

func wordsOf(l *edition.EpisodeList) *Words { return InterfaceWords(language(l)) }

// Action is the label of an episode's button: in English that of content.
func (w *Words) Action(e *edition.Episode) string {
	a := e.PrimaryAction()
	if w.actions == nil {
		return a.Label
	}
	switch {
	case a.Kind == content.ActionNone:
		return w.Phase(e.Phase())
	case a.Kind == content.ActionRegister && e.Phase() == content.PhaseLive:
		return "Ir a la página de inscripción"
	case a.Kind == content.ActionWatchRecording:
		for _, r := range e.Recordings() {
			if r.PlayURL() == a.URL && r.RecordingKind() == content.RecordingAudio {
				return "Escuchar la grabación"
			}
		}
	}
	return w.actions[a.Kind]
}

// Phase is a phase in words.
func (w *Words) Phase(p content.EpisodePhase) string { return w.phases[p] }

func english() *Words {
	return &Words{
		Language: "en", AllEpisodes: "All episodes", Registration: "Registration", WatchLive: "Watch live", Page: "Page", Online: "Online",
		AsOf: "As of %s.", SeeCurrent: "See the current list",
		Nothing: "There is nothing here at the moment.", Unknown: "Date to be announced", More: "See the whole list", Calendar: "Calendar",
		GetCode: "Show this list on your site",
		months:  [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		days:    [12]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		phases: map[content.EpisodePhase]string{
			content.PhaseAnnounced: "Announced", content.PhaseRegistrationOpen: "Registration open", content.PhaseFull: "Full",
			content.PhaseRegistrationClosed: "Registration closed", content.PhaseStartingSoon: "Starting soon", content.PhaseLive: "Live now",
			content.PhaseRecordingPending: "Recording to follow", content.PhaseOnDemand: "On demand", content.PhaseEnded: "Ended",
			content.PhaseNoRecording: "No recording", content.PhasePostponed: "Postponed", content.PhaseCancelled: "Cancelled",
		},
		clauses: clauses{
			episodes: "Episodes", or: " or ", unknown: "something that is not here", about: "about %s", in: "in the series %s", with: "with %s",
			study: "about the case study %s", toolkit: "in the toolkit %s", formats: "only %s", phases: "that are %s", regions: "in %s",
			since: "since %s", until: "until %s", between: "from %s to %s", spoken: "in %s", search: "matching “%s”", recording: [2]string{"without a recording", "with a recording"},
			captions: [2]string{"without captions", "with captions"},
			orders: map[content.EpisodeOrder]string{
				content.EpisodesLatest: "newest first", content.EpisodesEarliest: "oldest first", content.EpisodesByTitle: "by title", content.EpisodesUpdated: "last updated first",
			},
			formatNames: map[content.EpisodeFormat]string{
				content.FormatWebinar: "webinars", content.FormatMeeting: "meetings", content.FormatSession: "conference sessions",
				content.FormatAudio: "audio episodes", content.FormatVideo: "videos",
			},
			phaseNames: map[content.EpisodePhase]string{
				content.PhaseAnnounced: "announced", content.PhaseRegistrationOpen: "open for registration", content.PhaseFull: "full",
				content.PhaseRegistrationClosed: "closed for registration", content.PhaseStartingSoon: "starting soon", content.PhaseLive: "live now",
				content.PhaseRecordingPending: "waiting for their recording", content.PhaseOnDemand: "on demand", content.PhaseEnded: "over",
				content.PhaseNoRecording: "over without a recording", content.PhasePostponed: "postponed", content.PhaseCancelled: "cancelled",
			},
			languages: map[string]string{
				"en": "English", "es": "Spanish", "fr": "French", "pt": "Portuguese", "zh": "Chinese", "vi": "Vietnamese", "ko": "Korean",
				"ar": "Arabic", "ht": "Haitian Creole", "fil": "Filipino", "ru": "Russian", "de": "German",
			},
		},
	}
}

func spanish() *Words {
	return &Words{
		Language: "es", AllEpisodes: "Todos los episodios", Registration: "Inscripción", WatchLive: "Ver en directo", Page: "Página", Online: "En línea",
		AsOf: "A fecha de %s.", SeeCurrent: "Ver la lista actual",
		Nothing: "No hay nada aquí por el momento.", Unknown: "Fecha por anunciar", More: "Ver la lista completa", Calendar: "Calendario",
		GetCode: "Mostrar esta lista en su sitio",
		months:  [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		days:    [12]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		actions: map[content.ActionKind]string{
			content.ActionRegister: "Inscribirse", content.ActionJoinWaitlist: "Unirse a la lista de espera", content.ActionRemind: "Recordármelo",
			content.ActionWatchLive: "Ver en directo", content.ActionWatchRecording: "Ver la grabación", content.ActionReadResources: "Leer los recursos",
		},
		phases: map[content.EpisodePhase]string{
			content.PhaseAnnounced: "Anunciado", content.PhaseRegistrationOpen: "Inscripción abierta", content.PhaseFull: "Completo",
			content.PhaseRegistrationClosed: "Inscripción cerrada", content.PhaseStartingSoon: "Empieza en breve", content.PhaseLive: "En directo",
			content.PhaseRecordingPending: "Grabación pendiente", content.PhaseOnDemand: "Disponible", content.PhaseEnded: "Finalizado",
			content.PhaseNoRecording: "Sin grabación", content.PhasePostponed: "Aplazado", content.PhaseCancelled: "Cancelado",
		},
		clauses: clauses{
			episodes: "Episodios", or: " o ", unknown: "algo que no está aquí", about: "sobre %s", in: "de la serie %s", with: "con %s",
			study: "sobre el caso %s", toolkit: "del conjunto de recursos %s", formats: "solo %s", phases: "en estado de %s", regions: "en %s",
			since: "desde %s", until: "hasta %s", between: "desde %s hasta %s", spoken: "en %s", search: "que coinciden con «%s»", recording: [2]string{"sin grabación", "con grabación"},
			captions: [2]string{"sin subtítulos", "con subtítulos"},
			orders: map[content.EpisodeOrder]string{
				content.EpisodesLatest: "los más recientes primero", content.EpisodesEarliest: "los más antiguos primero",
				content.EpisodesByTitle: "por título", content.EpisodesUpdated: "los últimos actualizados primero",
			},
			formatNames: map[content.EpisodeFormat]string{
				content.FormatWebinar: "seminarios web", content.FormatMeeting: "reuniones", content.FormatSession: "sesiones de congreso",
				content.FormatAudio: "episodios de audio", content.FormatVideo: "vídeos",
			},
			phaseNames: map[content.EpisodePhase]string{
				content.PhaseAnnounced: "anuncio", content.PhaseRegistrationOpen: "inscripción abierta", content.PhaseFull: "aforo completo",
				content.PhaseRegistrationClosed: "inscripción cerrada", content.PhaseStartingSoon: "comienzo inminente", content.PhaseLive: "emisión en directo",
				content.PhaseRecordingPending: "grabación pendiente", content.PhaseOnDemand: "grabación disponible", content.PhaseEnded: "finalización",
				content.PhaseNoRecording: "finalización sin grabación", content.PhasePostponed: "aplazamiento", content.PhaseCancelled: "cancelación",
			},
			languages: map[string]string{
				"en": "inglés", "es": "español", "fr": "francés", "pt": "portugués", "zh": "chino", "vi": "vietnamita", "ko": "coreano",
				"ar": "árabe", "ht": "criollo haitiano", "fil": "filipino", "ru": "ruso", "de": "alemán",
			},
		},
	}
}

// either joins alternatives: "A, B or C".
func (w *Words) either(all []string) string {
	or := w.clauses.or
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	last := all[len(all)-1]
	if r := strings.ToLower(last); w.Language == "es" && (strings.HasPrefix(r, "o") || strings.HasPrefix(r, "ho") || strings.HasPrefix(r, "ó")) {
		or = " u "
	}
	return strings.Join(all[:len(all)-1], ", ") + or + last
}
