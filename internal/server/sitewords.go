package server

// t is a text of the interface in the language of the page. The English text is its name.
func (p pages) t(english string) string {
	if p.prefix == "" {
		return english
	}
	if translated, known := inSpanish[english]; known {
		return translated
	}
	return english
}

// inSpanish has every text of the site beside those that lists have too; a test finds what is missing.
var inSpanish = map[string]string{
	"To the content": "Ir al contenido", "Site": "Sitio", "Episodes": "Episodios", "Case studies": "Casos de estudio", "Speakers": "Ponentes",
	"Organizations": "Organizaciones", "Topics": "Temas", "Toolkits": "Herramientas", "Series": "Series", "Resources": "Recursos",
	"Search the hub": "Buscar en el sitio", "Search": "Buscar", "About": "Acerca de", "About this data": "Acerca de estos datos",
	"Show lists on your site": "Mostrar listas en su sitio", "Calendar": "Calendario", "API explorer": "Explorador de la API",
	"Episodes, recordings, case studies and strategies of partnerships between colleges, employers and communities.": "Episodios, grabaciones, casos de estudio y estrategias de alianzas entre universidades, empleadores y comunidades.",
	"Partnerships for an equitable recovery": "Alianzas para una recuperación equitativa",
	"Experts of a network of colleges, employers and community organizations tell how working together gives learners and workers better outcomes.": "Especialistas de una red de universidades, empleadores y organizaciones comunitarias cuentan cómo el trabajo conjunto mejora los resultados de estudiantes y trabajadores.",
	"What is next": "Lo próximo", "Coming up": "Próximamente", "Recordings": "Grabaciones", "All recordings": "Todas las grabaciones",
	"All case studies": "Todos los casos de estudio", "Filter": "Filtro", "Words": "Palabras", "Any": "Todos", "Show": "Mostrar", "Without this condition": "Sin esta condición",
	"Nothing matches.": "No hay coincidencias.", "Show all": "Mostrar todo", "Pages": "Páginas", "Back": "Anterior", "More": "Más",
	"Search again": "Buscar de nuevo", "What": "Qué", "%d found for “%s”": "%d resultados para «%s»", "%d in all": "%d en total",
	"Nothing was found. Fewer or other words may help.":    "No se encontró nada. Pruebe con menos palabras o con otras.",
	"Write a few words above: a name, a topic, a college.": "Escriba arriba unas palabras: un nombre, un tema, una universidad.",
	"Search for": "Buscar", "Or see": "O vea", "all episodes": "todos los episodios", "speakers": "ponentes", "case studies": "casos de estudio",
	"There is no such page": "No existe esta página", "This page was taken down": "Esta página se retiró",
	"The address is misspelt, or what stood here has moved.":                             "La dirección está mal escrita o el contenido se ha movido.",
	"What stood here was public once and is not any more. Please take links to it down.": "Lo que había aquí fue público y ya no lo es. Por favor, retire los enlaces que llevan aquí.",
	"The page cannot be shown; it is our fault, and noted.":                              "No se puede mostrar la página; es un error nuestro y queda registrado.",
	"Every fact here names where it was read: the sources stand at the end of each page. Where a source does not say something, neither do we; dates are as exact as their source.": "Cada dato indica dónde se leyó: las fuentes están al final de cada página. Lo que una fuente no dice, tampoco lo decimos; las fechas son tan exactas como su fuente.",
	"Who spoke is shown as billed on the day; a later job does not rewrite it. Nothing about a person is inferred.":                                                                 "Quien habló aparece como se anunció ese día; un cargo posterior no lo cambia. No se infiere nada sobre las personas.",
	"What the hub holds now": "Lo que contiene ahora", "Content version": "Versión del contenido", "Everything can be read by programs:": "Todo se puede leer con programas:",
	"lists in every format": "listas en todos los formatos",
	"This site sets no cookies and loads nothing from elsewhere. A recording is loaded from its provider only when you press play.": "Este sitio no usa cookies ni carga nada de otros sitios. Una grabación se carga de su proveedor solo cuando usted pulsa reproducir.",
	"Recording": "Grabación", "Play": "Reproducir", "Playing loads it from": "Al reproducir se carga de", "Open it at": "Abrir en", "Chapters": "Capítulos", "Transcript": "Transcripción",
	"The recording is gone from %s since %s.": "La grabación ya no está en %s desde el %s.", "Another copy is shown.": "Se muestra otra copia.",
	"The link to %s has been broken since %s.": "El enlace a %s está roto desde el %s.",
	"Search the transcript":                    "Buscar en la transcripción", "Words in it": "Palabras", "Find": "Buscar", "Show all of it": "Mostrarla entera", "Add to calendar": "Añadir al calendario",
	"All of them": "Todos", "Facts": "Datos", "Follow": "Seguir", "Sources": "Fuentes", "A preview: not public, and only for who has this address.": "Vista previa: no es pública y es solo para quien tiene esta dirección.",
	"Read it": "Leer", "Published": "Publicado", "License": "Licencia", "Author": "Autor", "Publisher": "Editor", "Organizer": "Organiza", "How often": "Frecuencia", "Since": "Desde", "Until": "Hasta", "Number": "Número",
	"Host": "Anfitrión", "Place": "Lugar", "Website": "Sitio web", "Part of": "Parte de", "State": "Estado", "At": "En", "Link": "Enlace", "Pronouns": "Pronombres",
	"Strategies": "Estrategias", "Speakers, as billed then": "Ponentes, como se anunciaron", "Related episodes": "Episodios relacionados",
	"Appearances, as billed then": "Participaciones, como se anunciaron", "Appeared with": "Participó con", "%d shared": "%d en común", "People": "Personas", "Partners": "Socios",
	"Outcomes": "Resultados", "Credentials": "Credenciales", "People behind it": "Personas que lo hicieron posible",
	"When": "Cuándo", "To come": "Por venir", "To watch or hear": "Para ver u oír", "Past, without a recording": "Pasados, sin grabación", "With a recording": "Con grabación", "Format": "Formato",
	"Webinar": "Seminario web", "Audio": "Audio", "Video": "Vídeo", "Conference session": "Sesión de congreso", "Meeting": "Reunión",
	// The kinds of entries.
	"episode": "episodio", "speaker": "ponente", "organization": "organización", "case study": "caso de estudio", "resource": "recurso", "topic": "tema", "toolkit": "herramientas", "series": "serie", "listing": "lista",
	// Roles of appearances.
	"host": "anfitrión", "co host": "coanfitrión", "moderator": "moderación", "presenter": "presentación", "panelist": "panelista", "keynote": "conferencia principal", "interviewer": "entrevista",
	"guest": "invitado", "respondent": "réplica", "commentator": "comentarios", "interpreter": "interpretación", "producer": "producción", "author": "autoría", "other": "otro",
	// Kinds of organizations.
	"community college": "colegio comunitario", "university": "universidad", "college system": "sistema universitario", "school district": "distrito escolar", "high school": "escuela secundaria",
	"training provider": "centro de formación", "employer": "empleador", "industry association": "asociación sectorial", "workforce board": "junta de empleo", "state agency": "organismo estatal",
	"local agency": "organismo local", "federal agency": "organismo federal", "nonprofit": "organización sin fines de lucro", "foundation": "fundación", "community based": "organización comunitaria",
	"labor union": "sindicato", "research": "investigación", "network": "red", "association": "asociación", "media": "medios",
	// Schemes of topics.
	"subject": "materia", "strategy": "estrategia", "audience": "público", "population": "población", "industry": "sector",
	// Roles of partners.
	"lead": "dirige", "education provider": "formación", "funder": "financia", "government": "gobierno", "social services": "servicios sociales", "intermediary": "intermediario", "community": "comunidad", "labor": "trabajadores", "member": "miembro",
	// States of partnerships, and levels of evidence.
	"planned": "previsto", "active": "activo", "completed": "terminado", "unknown": "desconocido", "evaluated": "evaluado", "reported": "comunicado", "claimed": "afirmado",
	// Kinds of resources and of text tracks.
	"report": "informe", "brief": "resumen", "article": "artículo", "framework": "marco", "book": "libro", "transcript": "transcripción", "slides": "diapositivas", "recording": "grabación",
	"dataset": "datos", "link": "enlace", "captions": "subtítulos", "subtitles": "subtítulos traducidos", "descriptions": "descripciones",
}
