// How communities are told from one another: eight colours that people with any colour vision can tell apart (Okabe & Ito 2008), then four
// shapes, then numbers. The page marks them in the same way.
const colours = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#f0e442'];
const shapes = 4;

export function markOf(community, isDark) {
  const none = isDark ? '#8a949e' : '#9aa1a8';
  if (community === null || community === undefined) return { colour: none, shape: 0, text: '' };
  const count = colours.length + 1;
  if (community >= count * shapes) return { colour: none, shape: 0, text: String(community) };
  return { colour: colours[community % count] ?? (isDark ? '#ffffff' : '#000000'), shape: Math.floor(community / count), text: '' };
}

// corners of a shape of radius 1; a circle has none.
const corners = [
  null,
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
  [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
];

export function trace(context, shape, x, y, r) {
  context.beginPath();
  if (!corners[shape]) context.arc(x, y, r, 0, 2 * Math.PI);
  else {
    for (const [dx, dy] of corners[shape]) context.lineTo(x + dx * r, y + dy * r);
    context.closePath();
  }
}

const short = (x) => String(Math.round(x * 100) / 100);

export function svgShape(shape, x, y, r, attributes) {
  if (!corners[shape]) return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(r)}" ${attributes}/>`;
  return `<polygon points="${corners[shape].map(([dx, dy]) => `${short(x + dx * r)},${short(y + dy * r)}`).join(' ')}" ${attributes}/>`;
}
