// Puts the picture above the tables of the explorer. What can be done with it can be done without: the page of the same address says the same,
// and what it says of a node or of a chain is taken from there.
import { read } from './data.js';
import { key, Picture } from './picture.js';

const explorer = document.querySelector('#explorer');
const find = (selector, within = explorer) => within.querySelector(selector);
const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const listed = 12; // how many names stand in the list of matches

// remember keeps something in the address, so that a copy of it shows the same.
function remember(changes) {
  const address = new URL(location);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}

async function start() {
  const { filter, code, loading, drawing, part, whole, failed, empty, found } = explorer.dataset;
  const section = find('.picture');
  const status = find('.drawn');
  section.hidden = false;
  explorer.classList.add('wide-picture');
  let network;
  try {
    network = await read(JSON.parse(filter), code, (done, total) => {
      status.textContent = `${loading}: ${done} / ${total}`;
    });
  } catch {
    status.textContent = failed;
    section.dataset.state = 'failed';
    return;
  }
  if (!network.nodes.length) {
    status.textContent = empty;
    section.dataset.state = 'empty';
    return;
  }
  status.textContent = drawing;
  await new Promise((done) => setTimeout(done)); // what is said is shown before the browser is busy
  const isWhole = network.nodes.length === network.total.nodes && network.links.length === network.total.edges;
  const say = () => {
    status.textContent = (isWhole ? whole : part).replace('%n', network.nodes.length).replace('%e', network.links.length);
    section.dataset.state = 'ready';
  };
  let picture;
  try {
    picture = new Picture(find('.canvas'), network, { choose: (n) => (n ? card.open(n.slug) : card.close()), ready: say });
  } catch (error) {
    status.textContent = failed;
    section.dataset.state = 'failed';
    console.error(error);
    return;
  }
  const bySlug = new Map(network.nodes.map((n) => [n.slug, n]));
  const card = cards(picture, bySlug);
  chains(picture, network.nodes);
  finder(picture, card, found);
  years(picture, network.links);
  tools(picture);
}

// page is the page of an address, as the server makes it.
async function page(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

// take puts what a page has in a place into the same place of this one.
function take(other, selector) {
  const place = document.querySelector(selector);
  place.replaceChildren(...[...other.querySelector(selector).childNodes].map((n) => document.importNode(n, true)));
  return place;
}

function cards(picture, bySlug) {
  const place = document.querySelector('#card');
  let latest = 0;
  let opener = null;
  const select = (slug) => picture.show({ selected: bySlug.get(slug)?.id ?? null });
  const card = {
    // open shows what is known of a node; from is what the focus goes back to.
    async open(slug, from) {
      const mine = ++latest;
      opener = from ?? null;
      const node = bySlug.get(slug);
      select(slug);
      if (from && node) picture.centre(node);
      const address = new URL(location);
      address.searchParams.set('at', slug);
      try {
        const made = await page(address);
        if (mine !== latest) return;
        remember({ at: slug });
        take(made, '#card');
        if (from) find('#card-name', document)?.focus();
      } catch {
        if (mine === latest) location.assign(address);
      }
    },
    close() {
      latest++;
      picture.show({ selected: null });
      place.replaceChildren();
      remember({ at: '' });
      if (opener?.isConnected) opener.focus();
      opener = null;
    },
  };
  const open = new URL(location).searchParams.get('at');
  if (open) select(document.querySelector('.node-card') ? [...bySlug.values()].find((n) => n.id === document.querySelector('.node-card').dataset.node)?.slug : open);
  document.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest?.('a.close, a.evidence, a.end');
    if (!link) return;
    event.preventDefault();
    const q = new URL(link.href).searchParams;
    if (link.matches('.close')) card.close();
    else if (link.matches('.evidence')) card.open(q.get('at'), link);
    else {
      const [name, other] = link.dataset.end === 'and' ? ['and', 'between'] : ['between', 'and'];
      const form = document.querySelector('#introduction');
      form.elements[name].value = q.get(name);
      if (form.elements[other].value) form.requestSubmit();
      else form.elements[other].focus();
    }
  });
  place.addEventListener('keydown', (event) => event.key === 'Escape' && card.close());
  return card;
}

function chains(picture, nodes) {
  const form = document.querySelector('#introduction');
  const names = document.createElement('datalist');
  names.id = 'names';
  for (const label of new Set(nodes.map((n) => n.label))) names.append(new Option(label, label));
  form.append(names);
  for (const field of [form.elements.between, form.elements.and]) field.setAttribute('list', 'names');
  const highlight = () => {
    const all = [...document.querySelectorAll('#chains [data-nodes]')].map((chain) => chain.dataset.nodes.split(' '));
    if (!all.length) return picture.show({ onChain: null, chainEdges: null });
    const edges = new Set();
    for (const chain of all) chain.slice(1).forEach((to, i) => edges.add(key(chain[i], to)));
    picture.show({ onChain: new Set(all.flat().filter((id) => picture.byId.has(id))), chainEdges: edges });
    picture.fitChain();
  };
  highlight();
  let latest = 0;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const mine = ++latest;
    const [between, and] = [form.elements.between.value, form.elements.and.value];
    const address = new URL(location);
    address.searchParams.set('between', between);
    address.searchParams.set('and', and);
    address.hash = 'introduce';
    try {
      const made = await page(address);
      if (mine !== latest) return;
      take(made, '#chains');
      remember({ between, and });
      highlight();
    } catch {
      location.assign(address);
    }
  });
}

function finder(picture, card, found) {
  const section = find('.finder');
  const field = find('input', section);
  const list = find('ul', section);
  const status = find('[role=status]', section);
  section.hidden = false;
  const names = picture.strongest.map((n) => [n, fold(n.label)]);
  const search = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    const matches = words.length ? names.filter(([, name]) => words.every((w) => name.includes(w))).map(([n]) => n) : picture.strongest;
    picture.show({ found: words.length ? new Set(matches.map((n) => n.id)) : null });
    status.textContent = words.length ? found.replace('%d', matches.length) : '';
    list.replaceChildren(
      ...matches.slice(0, listed).map((n) => {
        const item = document.createElement('li');
        const button = document.createElement('button');
        const name = document.createElement('bdi');
        button.type = 'button';
        button.dataset.slug = n.slug;
        name.textContent = n.label;
        button.append(name);
        button.addEventListener('click', () => card.open(n.slug, button));
        item.append(button);
        return item;
      }),
    );
  };
  field.value = new URL(location).searchParams.get('find') ?? '';
  field.addEventListener('input', search);
  field.addEventListener('change', () => remember({ find: field.value.trim() }));
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') list.querySelector('button')?.click();
  });
  search();
}

function years(picture, links) {
  const all = links.flatMap((l) => l.years);
  const [least, most] = [all.reduce((a, b) => Math.min(a, b), Infinity), all.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (!(least < most)) return;
  const section = find('.years');
  const [first, last] = [find('[data-year=first]'), find('[data-year=last]')];
  const output = find('output', section);
  section.hidden = false;
  for (const field of [first, last]) Object.assign(field, { min: least, max: most });
  const [from, to] = (new URL(location).searchParams.get('years') ?? '').split('-').map(Number);
  first.value = from || least;
  last.value = to || most;
  const show = (moved) => {
    if (first.valueAsNumber > last.valueAsNumber) (moved === first ? last : first).value = moved.value;
    const [a, b] = [first.valueAsNumber, last.valueAsNumber];
    const isAll = a === least && b === most;
    output.textContent = a === b ? `${a}` : `${a} – ${b}`;
    picture.show(isAll ? { first: -Infinity, last: Infinity } : { first: a, last: b });
    return isAll ? '' : `${a}-${b}`;
  };
  show(first);
  for (const field of [first, last]) {
    field.addEventListener('input', () => show(field));
    field.addEventListener('change', () => remember({ years: show(field) }));
  }
}

function tools(picture) {
  const caption = document.querySelector('.citation')?.textContent ?? location.href;
  const save = async (kind) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await picture[kind](caption));
    link.download = `network.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const all = { in: () => picture.zoom(1.5), out: () => picture.zoom(1 / 1.5), fit: () => picture.fit(), png: () => save('png'), svg: () => save('svg') };
  find('.tools').addEventListener('click', (event) => all[event.target.closest('button')?.dataset.do]?.());
}

if (explorer && !document.querySelector('meta[http-equiv=refresh]')) start();
