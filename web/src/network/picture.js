// Draws a network on a canvas. It knows nothing of the page around it but its colours.
import ForceGraph from 'force-graph';
import { forceX, forceY } from 'd3-force-3d';
import { markOf, svgShape, trace } from './marks.js';

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export class Picture {
  // shown is what is emphasised: { selected, hovered, found, chains, first, last }; found is a set of ids, null for all.
  shown = { selected: null, hovered: null, found: null, onChain: null, chainEdges: null, first: -Infinity, last: Infinity };

  constructor(element, { nodes, links }, { choose, ready }) {
    this.element = element;
    this.nodes = nodes;
    this.links = links;
    this.byId = new Map(nodes.map((n) => [n.id, n]));
    this.strongest = [...nodes].sort((a, b) => b.strength - a.strength || a.label.localeCompare(b.label));
    const most = Math.max(1e-9, ...nodes.map((n) => n.strength));
    const heaviest = Math.max(1e-9, ...links.map((l) => l.weight));
    for (const n of nodes) n.r = 3 + 9 * Math.sqrt(n.strength / most);
    for (const l of links) l.width = 0.6 + Math.round(6 * Math.sqrt(l.weight / heaviest)) / 2; // few widths draw fast
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.isStill = () => still.matches;
    this.isDark = () => dark.matches;
    this.colours();
    const ticks = Math.round(Math.min(300, Math.max(100, 240_000 / (nodes.length + 1))));
    this.graph = new ForceGraph(element)
      .nodeId('id').nodeLabel(null).linkLabel(null)
      .nodeCanvasObject((n, context, scale) => this.node(n, context, scale))
      .nodePointerAreaPaint((n, colour, context, scale) => {
        context.fillStyle = colour;
        trace(context, this.mark(n).shape, n.x, n.y, n.r + 3 / scale);
        context.fill();
      })
      .linkVisibility((l) => this.isOfTime(l))
      .linkColor((l) => this.linkColour(l))
      .linkWidth((l) => (this.isOnChain(l) ? l.width + 2.5 : l.width))
      .linkHoverPrecision(0)
      .onRenderFramePost((context, scale) => this.labels(context, scale))
      .onNodeHover((n) => this.show({ hovered: n?.id ?? null }))
      .onNodeClick((n) => choose(n))
      .onBackgroundClick(() => choose(null))
      .minZoom(0.05).maxZoom(12)
      .d3AlphaDecay(1 - 0.001 ** (1 / ticks))
      .warmupTicks(this.isStill() ? ticks : Math.round(ticks / 3))
      .cooldownTicks(this.isStill() ? 0 : ticks)
      .cooldownTime(5000)
      .enablePointerInteraction(true)
      .onEngineStop(() => {
        if (this.isReady) return;
        this.isReady = true;
        this.fit();
        this.fitChain();
        ready();
      });
    this.graph.d3Force('charge').strength(-45).distanceMax(400);
    const flat = Math.min(2, element.clientWidth / (element.clientHeight || 1)); // islands fill the room that there is
    this.graph.d3Force('x', forceX().strength(0.06)).d3Force('y', forceY().strength(0.06 * flat ** 1.5));
    this.graph.d3Force('link').distance(28);
    new ResizeObserver(() => this.size()).observe(element);
    this.size();
    this.graph.graphData({ nodes, links });
    dark.addEventListener('change', () => {
      this.colours();
      this.show({});
    });
    if (!this.isStill()) setTimeout(() => this.isReady || this.fit(), 600);
  }

  size() {
    const { clientWidth, clientHeight } = this.element;
    if (!clientWidth || (clientWidth === this.graph.width() && clientHeight === this.graph.height())) return;
    this.graph.width(clientWidth).height(clientHeight);
    if (this.isReady) this.fit(0);
  }

  colours() {
    const of = getComputedStyle(this.element);
    this.ink = of.color;
    this.paper = of.backgroundColor;
    this.accent = of.outlineColor;
  }

  // show changes what is emphasised, and draws.
  show(change) {
    Object.assign(this.shown, change);
    if (this.shown.first > -Infinity || this.shown.last < Infinity) {
      this.inTime = new Set();
      for (const l of this.links) if (this.isOfTime(l)) this.inTime.add(l.source.id).add(l.target.id);
    } else this.inTime = null;
    const g = this.graph;
    if (g) g.linkVisibility(g.linkVisibility()); // a setter asks for a frame
  }

  fit(duration = 400) {
    if (this.nodes.length) this.graph.zoomToFit(this.isStill() ? 0 : duration, 24);
  }

  // fitChain goes near to the chains that are shown, but not so near that nothing is around them.
  fitChain() {
    const { onChain } = this.shown;
    if (!onChain || !this.isReady) return;
    const room = Math.min(this.graph.width(), this.graph.height()) / 4;
    this.graph.zoomToFit(this.isStill() ? 0 : 400, room, (n) => onChain.has(n.id));
  }

  zoom(factor) {
    this.graph.zoom(this.graph.zoom() * factor, this.isStill() ? 0 : 200);
  }

  centre(n) {
    const duration = this.isStill() ? 0 : 400;
    this.graph.centerAt(n.x, n.y, duration);
    if (this.graph.zoom() < 1.2) this.graph.zoom(1.5, duration);
  }

  mark(n) {
    return markOf(n.community, this.isDark());
  }

  isOfTime({ years }) {
    const { first, last } = this.shown;
    return (first === -Infinity && last === Infinity) || years.some((y) => y >= first && y <= last);
  }

  isOnChain(l) {
    return Boolean(this.shown.chainEdges?.has(key(l.source.id, l.target.id)));
  }

  isQuiet(n) {
    const { found, onChain, selected } = this.shown;
    if (n.id === selected) return false;
    return Boolean((onChain && !onChain.has(n.id)) || (found && !found.has(n.id)) || (this.inTime && !this.inTime.has(n.id)));
  }

  linkColour(l) {
    if (this.isOnChain(l)) return this.accent;
    const { selected } = this.shown;
    const isNear = selected && (l.source.id === selected || l.target.id === selected);
    const isQuiet = this.isQuiet(l.source) || this.isQuiet(l.target) || (selected && !isNear);
    return faded(this.ink, isNear ? 0.75 : isQuiet ? 0.09 : 0.28);
  }

  node(n, context, scale) {
    const { colour, shape, text } = this.mark(n);
    context.globalAlpha = this.isQuiet(n) ? 0.18 : 1;
    trace(context, shape, n.x, n.y, n.r);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 1 / Math.max(1, scale * 0.6);
    context.strokeStyle = this.ink;
    context.stroke();
    if (n.isOrganization && this.hasPeople()) {
      trace(context, shape, n.x, n.y, n.r + 2);
      context.stroke();
    }
    if (n.id === this.shown.selected || n.id === this.shown.hovered) {
      context.lineWidth = 3 / scale;
      context.strokeStyle = this.accent;
      trace(context, shape, n.x, n.y, n.r + 4 / scale);
      context.stroke();
    }
    if (text && n.r * scale > 6) {
      context.font = `600 ${n.r}px system-ui, sans-serif`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillStyle = this.ink;
      context.fillText(text, n.x, n.y);
    }
    context.globalAlpha = 1;
  }

  hasPeople() {
    this.people ??= this.nodes.some((n) => !n.isOrganization) ? 1 : 0;
    return this.people === 1;
  }

  // labelled are the nodes whose names fit, the emphasised and the strongest first.
  labelled(scale, project, measure, most) {
    const { selected, hovered, found, onChain } = this.shown;
    const first = [selected, hovered, ...(onChain ?? [])].filter(Boolean).map((id) => this.byId.get(id)).filter(Boolean);
    const more = this.strongest.filter((n) => !this.isQuiet(n)).slice(0, found || onChain ? 60 : Math.round(most * Math.max(1, scale) ** 1.5));
    const placed = [];
    const names = [];
    for (const n of new Set([...first, ...more])) {
      const [x, y] = project(n);
      const top = y + (n.r + 2) * scale;
      const text = n.label.length > 34 ? `${n.label.slice(0, 32)}…` : n.label;
      const half = measure(text) / 2 + 3;
      const box = [x - half, top, x + half, top + 16];
      if (!first.includes(n) && placed.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
      placed.push(box);
      names.push({ n, text, x, y: top });
    }
    return names;
  }

  labels(context, scale) {
    context.font = '12px system-ui, sans-serif';
    const widths = (this.widths ??= new Map());
    const measure = (text) => widths.get(text) ?? (widths.set(text, context.measureText(text).width), widths.get(text));
    const names = this.labelled(scale, (n) => [n.x * scale, n.y * scale], measure, 16);
    context.save();
    context.scale(1 / scale, 1 / scale);
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    for (const { n, text, x, y } of names) {
      context.font = n.id === this.shown.selected ? '700 12px system-ui, sans-serif' : '12px system-ui, sans-serif';
      context.strokeStyle = this.paper;
      context.lineWidth = 4;
      context.strokeText(text, x, y + 2);
      context.fillStyle = this.ink;
      context.fillText(text, x, y + 2);
    }
    context.restore();
  }

  // frame is the room that the whole picture takes, with a border for names.
  frame() {
    const xs = this.nodes.map((n) => n.x);
    const ys = this.nodes.map((n) => n.y);
    const [left, right, top, bottom] = [Math.min(...xs) - 60, Math.max(...xs) + 60, Math.min(...ys) - 30, Math.max(...ys) + 40];
    return { left, top, width: right - left, height: bottom - top };
  }

  // png is the whole picture as it is emphasised now, at most 4,096 dots wide or high.
  png(caption) {
    const { left, top, width, height } = this.frame();
    const scale = Math.min(3, 4096 / Math.max(width, height + 30));
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale + 30);
    const context = canvas.getContext('2d');
    context.fillStyle = this.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.save();
    context.scale(scale, scale);
    context.translate(-left, -top);
    for (const l of this.links) {
      if (!this.isOfTime(l)) continue;
      context.beginPath();
      context.moveTo(l.source.x, l.source.y);
      context.lineTo(l.target.x, l.target.y);
      context.strokeStyle = this.linkColour(l);
      context.lineWidth = this.isOnChain(l) ? l.width + 2.5 : l.width;
      context.stroke();
    }
    for (const n of this.nodes) this.node(n, context, scale);
    this.labels(context, scale);
    context.restore();
    context.font = '12px system-ui, sans-serif';
    context.fillStyle = this.ink;
    context.fillText(short(caption), 10, canvas.height - 12, canvas.width - 20);
    return new Promise((done) => canvas.toBlob(done, 'image/png'));
  }

  svg(caption) {
    const { left, top, width, height } = this.frame();
    const out = [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[left, top, width, height + 20].map(Math.round).join(' ')}" font-family="system-ui, sans-serif" font-size="8">`,
      `<title>${escape(document.title)}</title><desc>${escape(caption)}</desc>`,
      `<rect x="${Math.round(left)}" y="${Math.round(top)}" width="100%" height="100%" fill="${this.paper}"/>`,
    ];
    const at = (x) => String(Math.round(x * 10) / 10);
    for (const l of this.links) {
      if (!this.isOfTime(l)) continue;
      out.push(`<line x1="${at(l.source.x)}" y1="${at(l.source.y)}" x2="${at(l.target.x)}" y2="${at(l.target.y)}" stroke="${this.linkColour(l)}" stroke-width="${this.isOnChain(l) ? l.width + 2.5 : l.width}"/>`);
    }
    for (const n of this.nodes) {
      const { colour, shape } = this.mark(n);
      out.push(`<g opacity="${this.isQuiet(n) ? 0.18 : 1}"><title>${escape(n.label)}</title>${svgShape(shape, n.x, n.y, n.r, `fill="${colour}" stroke="${this.ink}" stroke-width=".7"`)}</g>`);
    }
    for (const { text, x, y } of this.labelled(1, (n) => [n.x, n.y], (s) => s.length * 4.2, 60)) {
      out.push(`<text x="${at(x)}" y="${at(y + 8)}" text-anchor="middle" fill="${this.ink}" stroke="${this.paper}" stroke-width="2.5" paint-order="stroke">${escape(text)}</text>`);
    }
    out.push(`<text x="${Math.round(left + 6)}" y="${Math.round(top + height + 12)}" fill="${this.ink}" font-size="6">${escape(short(caption))}</text></svg>`);
    return Promise.resolve(new Blob([out.join('\n')], { type: 'image/svg+xml' }));
  }
}

// short is a citation without its address, which is longer than a picture is wide.
const short = (citation) => citation.replace(/ https?:\S+$/, '');

export const key = (a, b) => (a < b ? `${a} ${b}` : `${b} ${a}`);

// faded is a colour of the style, which is rgb(…), with less of it.
const faded = (colour, alpha) => {
  const [r, g, b] = colour.match(/[\d.]+/g);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
};
