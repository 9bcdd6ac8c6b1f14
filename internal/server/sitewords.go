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
	// The network.
	"Network": "Red", "Network around": "Red alrededor", "Network of people": "Red de personas", "Network of organizations": "Red de organizaciones",
	"Network of people and organizations": "Red de personas y organizaciones",
	"Who came together with whom: people and organizations, with the episodes and case studies that prove it.": "Quién coincidió con quién: personas y organizaciones, con los episodios y casos de estudio que lo prueban.",
	"The network is still being made.": "La red todavía se está formando.", "Some measures are still being computed; %d %% are done.": "Algunas medidas todavía se están calculando; va el %d %%.",
	"This page asks again by itself.":                                         "Esta página vuelve a preguntar sola.",
	"This address names no network: it is not whole, or another hub made it.": "Esta dirección no nombra ninguna red: no está entera o la hizo otro sitio.",
	"Reproduced: same digest":                                                 "Reproducida: misma huella", "Not the same": "No es la misma",
	"This is a snapshot, made again from the content of then; it came out the same to the last digit.":                                                              "Esta es una instantánea, rehecha con el contenido de entonces; ha salido igual hasta la última cifra.",
	"This is a snapshot, made again from the content of then; it came out different. Something was removed for good since, or the rules of computing have changed.": "Esta es una instantánea, rehecha con el contenido de entonces; ha salido distinta. Desde entonces algo se borró para siempre o cambiaron las reglas de cálculo.",
	"It is pinned: its JSON file is kept as it was.": "Está fijada: su archivo JSON se conserva como era.", "It was pinned; its bytes were deleted, as they named a person who asked to be forgotten.": "Estaba fijada; sus datos se borraron porque nombraban a una persona que pidió ser olvidada.", "It is not pinned.": "No está fijada.", "The network of today": "La red de hoy",
	"People are joined when they appeared in the same episode.":                                                      "Dos personas están unidas si participaron en el mismo episodio.",
	"Organizations are joined when people stood for both in one episode, or when both are partners in a case study.": "Dos organizaciones están unidas si en un episodio hubo personas de ambas, o si ambas son socias en un caso de estudio.",
	"People are joined with the organizations that they stood for, in episodes and case studies.":                    "Cada persona está unida a las organizaciones que representó en episodios y casos de estudio.",
	"Nobody fits these conditions.": "Nadie cumple estas condiciones.", "Everybody can be reached from everybody.": "Desde cualquiera se llega a cualquiera.",
	"It falls into %d parts; the largest holds %d of %d.": "Se divide en %d partes; la mayor reúne a %d de %d.", "On average each is joined with %s others.": "De media, cada cual está unido a otros %s.",
	"Of all pairs that could be joined, %s %% are.":                                                          "De todas las parejas posibles está unido el %s %%.",
	"Betweenness is estimated from %d starting points; a value is off by %s at most, with 95 %% confidence.": "La intermediación se estima desde %d puntos de partida; un valor se desvía %s como máximo, con una confianza del 95 %%.",
	"Edges": "Enlaces", "Mean degree": "Grado medio", "Density": "Densidad", "Alone": "Sin enlaces", "Parts": "Partes", "Largest part": "Parte mayor", "Communities": "Comunidades",
	"Modularity": "Modularidad", "Without a date": "Sin fecha", "Order": "Orden", "Choose people, time and topics": "Elegir personas, tiempo y temas", "Who": "Quién", "Weight": "Peso",
	"For whom people stand": "A quién se representa", "Topic": "Tema", "Steps around": "Pasos alrededor", "People and organizations": "Personas y organizaciones",
	"Each shared work counts one": "Cada trabajo en común cuenta uno", "Large groups count less": "Los grupos grandes cuentan menos",
	"What is long ago counts less": "Lo lejano en el tiempo cuenta menos", "As credited on the day": "Como se anunció ese día", "Where they are today": "Donde están hoy",
	"Around (name)": "Alrededor de (nombre)", "From (year, month or day)": "Desde (año, mes o día)", "To": "Hasta", "Least weight": "Peso mínimo", "Name": "Nombre", "Shared work": "Trabajos",
	"Degree": "Grado", "Strength": "Fuerza", "Betweenness": "Intermediación", "PageRank": "PageRank", "Constraint": "Restricción", "Closeness": "Cercanía", "Effective size": "Tamaño efectivo",
	"Weighted betweenness": "Intermediación ponderada", "Cuts off": "Aísla a", "How many episodes and case studies count.": "Cuántos episodios y casos de estudio cuentan.",
	"How many others it is joined to.": "A cuántos otros está unido.", "The sum of the weights of its edges.": "La suma de los pesos de sus enlaces.",
	"The share of pairs of others between which it lies on a shortest path.": "La proporción de parejas de otros entre los que está en un camino más corto.",
	"The share of time that a random walk along the edges spends here.":      "La proporción del tiempo que un paseo al azar por los enlaces pasa aquí.",
	"How far its edges lead to one and the same circle; low for brokers.":    "Hasta qué punto sus enlaces llevan a un mismo círculo; baja en quienes hacen de puente.",
	"How near all others are, from 0 to 1.":                                  "Lo cerca que están todos los demás, de 0 a 1.", "How many of its neighbours are not redundant.": "Cuántos de sus vecinos no son redundantes.",
	"Betweenness where strong edges are short.": "Intermediación en la que los enlaces fuertes son cortos.", "How many others would be cut off without it.": "Cuántos otros quedarían aislados sin él.",
	"Community": "Comunidad", "First – last": "Primera – última", "Nodes": "Nodos", "Evidence": "Pruebas", "Around": "Alrededor", "The strongest edges": "Los enlaces más fuertes", "Shared": "En común",
	"Proof": "Prueba", "and more:": "y más:", "Size": "Tamaño", "Page": "Página", "Close": "Cerrar", "%s is not in this network.": "%s no está en esta red.",
	"Who could introduce one to another?": "¿Quién podría presentar a alguien?", "Find an introduction": "Buscar una presentación", "Who could introduce": "Quién podría presentar a", "to": "a",
	"By name or slug. Chains of those who met often and lately come first; every step has its proof.": "Por nombre o por el final de la dirección. Primero van las cadenas de quienes coincidieron a menudo y hace poco; cada paso tiene su prueba.",
	"last together": "juntos por última vez", "No chain joins them. Each stands on an island of its own:": "Ninguna cadena los une. Cada cual está en una isla:",
	"In nothing that counts here.": "En nada que cuente aquí.", "Who could be brought together": "A quiénes se podría reunir", "Introduce to others": "Presentar a otros", "Be introduced to": "Llegar hasta aquí", "%d found": "%d encontrados",
	"Use and cite": "Usar y citar", "Permalink": "Enlace permanente",
	"As of": "Estado del", "Digest": "Huella (SHA-256)", "Rules": "Reglas", "Nodes as CSV": "Nodos en CSV", "Both as a ZIP": "Ambos en un ZIP", "Edges as CSV": "Enlaces en CSV", "Picture": "Imagen", "Larger": "Más grande",
	"Smaller": "Más pequeño", "All of it": "Todo", "Edges of the years": "Enlaces de los años", "A name": "Un nombre", "Reading the network": "Leyendo la red", "Arranging": "Ordenando",
	"There is nothing to draw.": "No hay nada que dibujar.", "The picture cannot be drawn now. All of it stands in the tables.": "La imagen no se puede dibujar ahora. Todo está en las tablas.",
	"The network is too large for a picture: these are the strongest %n people or organizations and %e edges.": "La red es demasiado grande para una imagen: estas son las %n personas u organizaciones más fuertes y %e enlaces.",
	"%n people or organizations, %e edges": "%n personas u organizaciones, %e enlaces",
	"Size is strength, colour is community, width is weight; a second ring marks organizations where there are people too. The tables below say the same.": "El tamaño es la fuerza, el color la comunidad, el grosor el peso; un segundo anillo marca las organizaciones donde también hay personas. Las tablas de abajo dicen lo mismo.",
	// Sentences about a node, and of an introduction.
	"%s is in %s, and shares none with anybody else here.": "%s está en %s y no comparte ninguno con nadie más de aquí.",
	"%s is in %s, and shares some with %s.":                "%s está en %s y comparte alguno con %s.", "The strongest tie is with %s: %s shared.": "El enlace más fuerte es con %s: %s en común.",
	"Removing %s would cut off %s.": "Sin %s quedarían aislados %s.", "Without %s everybody else would still be joined as now.": "Sin %s todos los demás seguirían unidos como ahora.",
	"%s lies on the shortest paths of %s%.4g of the %.0f pairs of others, counting a part of a pair where some of its paths go another way.": "%s está en los caminos más cortos de %s%.4g de las %.0f parejas de otros; de una pareja con otros caminos igual de cortos cuenta una parte.",
	"about ": "unas ",
	"Of the %d pairs among those who are joined to %s, %.0f are joined themselves.":                  "De las %d parejas entre quienes están unidos a %s, %.0f están unidas entre sí.",
	"Of the %s, %.4g lead where the others do not.":                                                  "De %s, %.4g llevan adonde no llevan los demás.",
	"A random walk along the edges is with %s %.4g times as often as it would be if all were equal.": "Un paseo al azar por los enlaces pasa por %s %.4g veces lo que pasaría si todos fueran iguales.",
	"%s belongs to community %d, with %s.":                                                           "%s pertenece a la comunidad %d, con %s.", "%d episodes": "%d episodios", "%d episodes and case studies": "%d episodios y casos de estudio", "%d others": "otros %d",
	"%d edges": "%d enlaces", "1 episode": "1 episodio", "1 episode or case study": "1 episodio o caso de estudio", "1 other": "otro", "1 edge": "1 enlace",
	"%s was together with %s %s": "%s coincidió con %s %s", "who was together with %s %s": "que coincidió con %s %s", "in “%s”": "en «%s»", " and %d more": " y %d más",
	"in the case study “%s”": "en el caso de estudio «%s»",
}
