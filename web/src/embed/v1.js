// <hub-episodes src="https://hub.example/lists/NAME" layout="list"> shows a list of episodes of a Better Together Hub.
//
// This file is a contract with every page that has pasted it: attributes, custom properties and parts only ever grow.
// Attributes: src (the list's address, refinements as its query), layout (list, card), lang (en, es).
// Custom properties: --hub-font --hub-size --hub-text --hub-muted --hub-background --hub-line --hub-accent
// --hub-accent-text --hub-radius --hub-gap --hub-width --hub-columns. Parts: list item image title date meta phase action
// note.
//
// Of the page's style the list takes the font's family and the colour of text, and nothing else that it has not been given.
//
// What stands inside the element is shown until the list is there, and when neither the hub nor an earlier answer is. Nothing is
// ever parsed as HTML, no style is inline, and no other host is asked.
(() => {
  const css = `
:host { display: block }
.box { all: initial; display: block; max-width: var(--hub-width, 44em); font: var(--hub-size, medium)/1.45 system-ui, sans-serif; font-family: var(--hub-font, inherit);
  color: var(--hub-text, inherit); background: var(--hub-background, transparent); color-scheme: inherit; direction: inherit; text-align: start; overflow-wrap: anywhere }
:host([hidden]) { display: none }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: var(--hub-gap, 0.75em) }
.card ul { grid-template-columns: var(--hub-columns, repeat(auto-fill, minmax(min(16em, 100%), 1fr))) }
li { display: grid; gap: 0.2em; align-content: start; min-height: 4.4em; padding: 0 0 var(--hub-gap, 0.75em); border-block-end: 1px solid var(--hub-line, color-mix(in srgb, currentColor 25%, transparent)) }
.card li { border: 1px solid var(--hub-line, color-mix(in srgb, currentColor 25%, transparent)); border-radius: var(--hub-radius, 0.5em); padding: 1em }
a { color: inherit }
.image { display: block; width: 100%; aspect-ratio: 16 / 9; border-radius: var(--hub-radius, 0.5em); background: color-mix(in srgb, currentColor 10%, transparent) }
.title { font-weight: 600; text-decoration-thickness: 1px; text-underline-offset: 0.15em; unicode-bidi: isolate }
.date, .meta, .phase, .note { color: var(--hub-muted, inherit); font-size: 0.9em }
.meta { unicode-bidi: isolate }
.row { display: flex; flex-wrap: wrap; gap: 0.4em 0.8em; align-items: center; min-height: 2.2em }
.action { display: inline-block; padding: 0.3em 0.9em; border-radius: var(--hub-radius, 0.5em); background: var(--hub-accent, #0b5c8a); color: var(--hub-accent-text, #fff); text-decoration: none; font-weight: 600; font-size: 0.9em }
a:focus-visible { outline: 3px solid var(--hub-accent, #0b5c8a); outline-offset: 2px }
.note { margin: 0.6em 0 0 }
.wait li { opacity: 0.35; border-radius: 0.25em; background: color-mix(in srgb, currentColor 10%, transparent) }
@media (forced-colors: active) { .action { border: 1px solid } }
`;
  const words = {
    en: { yours: 'your time', day: 'day', old: 'As of {date}. The list cannot be brought up to date at the moment.', none: 'There is nothing here at the moment.', tba: 'Date to be announced' },
    es: { yours: 'su hora', day: 'día', old: 'Al {date}. La lista no se puede actualizar en este momento.', none: 'No hay nada aquí por el momento.', tba: 'Fecha por anunciar' },
  };
  let sheet;
  // What a browser has kept for this origin; where it may not keep anything, nothing is kept.
  const kept = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* it is full, or closed */ } },
  };
  const make = (tag, name, ...children) => {
    const e = document.createElement(tag);
    if (name) { e.className = name; e.setAttribute('part', name); }
    e.append(...children.filter((c) => c !== '' && c != null));
    return e;
  };
  const web = (address) => (/^https?:\/\//i.test(address ?? '') ? address : null);
  const link = (name, address, text) => {
    const a = make(web(address) ? 'a' : 'span', name, text);
    if (web(address)) a.href = address;
    return a;
  };

  class HubEpisodes extends HTMLElement {
    static observedAttributes = ['src', 'layout', 'lang'];
    #timer;
    #asked;

    connectedCallback() {
      if (!this.shadowRoot) {
        this.attachShadow({ mode: 'open' });
        if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync(css); }
        this.shadowRoot.adoptedStyleSheets = [sheet];
        this.shadowRoot.append(document.createElement('slot'));
        this.#wait();
      }
      document.addEventListener('visibilitychange', this);
      this.#load();
    }
    disconnectedCallback() {
      document.removeEventListener('visibilitychange', this);
      clearTimeout(this.#timer);
      this.#asked?.abort();
    }
    attributeChangedCallback() { if (this.isConnected && this.shadowRoot) this.#load(); }
    handleEvent() { if (!document.hidden && this.due && Date.now() >= this.due) this.#load(); }

    get #lang() {
      const asked = (this.getAttribute('lang') || '').slice(0, 2);
      return asked in words ? asked : '';
    }

    // The room that the list will take is kept free from the start, so that the page around it does not jump.
    #wait() {
      const rows = this.querySelectorAll('li').length;
      if (!rows) return;
      const list = make('ul', 'list', ...Array.from({ length: rows }, () => make('li')));
      list.setAttribute('aria-hidden', 'true');
      const box = make('div', '', list);
      box.className = `box ${this.#layout()} wait`;
      this.shadowRoot.replaceChildren(box);
    }
    #layout() { return this.getAttribute('layout') === 'card' ? 'card' : 'list'; }

    async #load() {
      this.#asked?.abort();
      const asked = (this.#asked = new AbortController());
      let address;
      try {
        address = new URL(this.getAttribute('src'), document.baseURI);
        address.pathname = `${address.pathname.replace(/\.\w+$/, '')}.json`;
        if (this.#lang) address.searchParams.set('lang', this.#lang);
      } catch { return this.#show(null); }
      const key = `hub-episodes ${address}`;
      const late = setTimeout(() => asked.abort('late'), 10000);
      try {
        const answer = await fetch(address, { signal: asked.signal, credentials: 'omit', referrerPolicy: 'strict-origin-when-cross-origin' });
        if (!answer.ok) throw answer;
        const list = await answer.json();
        if (asked !== this.#asked) return;
        if (!Array.isArray(list.episodes)) throw list;
        kept.set(key, { at: Date.now(), list });
        this.#show(list, null, Date.now() - Date.parse(answer.headers.get('Date')));
      } catch {
        if (asked !== this.#asked) return;
        const before = kept.get(key);
        this.#show(before?.list, before?.at);
        this.#again(60000);
      } finally { clearTimeout(late); }
    }

    // Looks again when time changes the list, and now and then for what people change.
    #again(wait) {
      clearTimeout(this.#timer);
      this.due = Date.now() + wait;
      this.#timer = setTimeout(() => { if (!document.hidden) this.#load(); }, Math.min(wait, 2 ** 31 - 1));
    }

    #show(list, old, skew) {
      if (!list) return this.shadowRoot.replaceChildren(document.createElement('slot'));
      const word = words[this.#lang || (list.language ?? '').slice(0, 2)] ?? words.en;
      const locale = word === words.es ? 'es' : 'en';
      const rows = list.episodes.map((e) => this.#row(e, word, locale, old));
      const box = make('div', '', rows.length ? make('ul', 'list', ...rows) : make('p', 'note', word.none));
      box.className = `box ${this.#layout()}`;
      if (old) box.append(make('p', 'note', word.old.replace('{date}', new Date(old).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' }))));
      box.lang = locale;
      this.shadowRoot.replaceChildren(box);
      if (old) return;
      // By the hub's clock: a reader's may be wrong by hours, and a kept answer is up to a minute old.
      const late = Math.abs(skew) > 90000 ? skew : 0;
      const change = list.changesAt ? Date.parse(list.changesAt) - Date.now() + late : Infinity;
      this.#again(Math.max(1000, Math.min(change + 250, 900000)));
    }

    // An old list tells what stays true: no phase and no button.
    #row(e, word, locale, old) {
      const row = make('div', 'row');
      if (!old && e.phaseLabel) row.append(make('span', 'phase', e.phaseLabel));
      if (!old && web(e.action?.url)) row.append(link('action', e.action.url, e.action.label));
      const who = (e.speakers ?? []).map((s) => s.name).slice(0, 6).join(', ');
      const picture = this.#layout() === 'card' && web(e.poster) ? this.#picture(e.poster) : '';
      return make('li', 'item', picture, link('title', e.url, e.title), this.#date(e, word, locale), who ? make('span', 'meta', who) : '', row);
    }

    // The hub's own picture, fetched when it comes into view. A page's policy need not allow images: it is drawn.
    #picture(address) {
      const canvas = make('canvas', 'image');
      canvas.width = 640;
      canvas.height = 360;
      canvas.setAttribute('aria-hidden', 'true');
      const seen = new IntersectionObserver(async ([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        try {
          const answer = await fetch(address, { credentials: 'omit' });
          if (answer.ok) canvas.getContext('2d').drawImage(await createImageBitmap(await answer.blob()), 0, 0, 640, 360);
        } catch { /* the card stands without */ }
      });
      seen.observe(canvas);
      return canvas;
    }

    // The event's own time always; the viewer's beside it where it differs.
    #date(e, word, locale) {
      const date = make('span', 'date');
      if (!e.startsAt || !e.timeZone) {
        date.append(e.date ? this.#day(e.date, locale) : word.tba);
        return date;
      }
      const at = new Date(e.startsAt);
      const show = (timeZone) => new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' }).format(at);
      const clock = (timeZone, more) => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone, ...more }).format(at);
      const day = (timeZone) => Date.parse(new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(at)) / 864e5;
      const time = make('time', '', show(e.timeZone));
      time.dateTime = e.startsAt;
      date.append(time);
      const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
      if (here && clock(here) !== clock(e.timeZone) || day(here) !== day(e.timeZone)) {
        const shift = day(here) - day(e.timeZone);
        date.append(` (${clock(here, { timeZoneName: 'short' })} ${word.yours}${shift ? `, ${shift > 0 ? '+' : '−'}1 ${word.day}` : ''})`);
      }
      return date;
    }
    #day(partial, locale) {
      const [year, month, day] = partial.split('-').map(Number);
      const time = make('time', '', new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', ...(month && { month: 'long' }), ...(day && { day: 'numeric' }) }).format(new Date(Date.UTC(year, (month || 1) - 1, day || 1))));
      time.dateTime = partial;
      return time;
    }
  }
  if (!customElements.get('hub-episodes')) customElements.define('hub-episodes', HubEpisodes);
})();
