// Writes dist/ anew from src/ and node_modules/. Every byte follows from src/ and package-lock.json,
// so a rebuild changes nothing.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

process.chdir(import.meta.dirname);
await rm('dist', { recursive: true, force: true });
await graphiql('src/graphiql', 'dist/graphiql');
await cp('src/embed', 'dist/embed', { recursive: true });
await network('src/network/main.js', 'dist/network/network.js');

async function graphiql(src, out) {
  await mkdir(`${out}/fonts`, { recursive: true });
  for (const file of ['index.html', 'icon.svg', 'main.css', 'main.js']) await cp(`${src}/${file}`, `${out}/${file}`);
  await writeFile(`${out}/examples.js`, `export default ${JSON.stringify(await examples(`${src}/examples`), null, 2)};\n`);
  await script('react/umd/react.production.min.js', `${out}/react.js`);
  await script('react-dom/umd/react-dom.production.min.js', `${out}/react-dom.js`);
  await script('graphiql/graphiql.min.js', `${out}/graphiql.js`);
  await stylesheet('graphiql/graphiql.min.css', out, 'graphiql.css');
  await writeFile(`${out}/licenses.txt`, await licenses());
}

// The explorer of the network in one file. Its libraries would write a style element and HTML into the page, which the page's policy forbids:
// the style is the page's own, and tooltips are drawn.
async function network(entry, out) {
  const injected = /\nstyleInject\(css_248z\);\n/;
  await build({
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    banner: { js: '/* The notices of all that is in this file: /graphiql/licenses.txt */' },
    alias: { 'float-tooltip': './src/network/tooltip.js' },
    plugins: [
      {
        name: 'no-injected-style',
        setup: (b) =>
          b.onLoad({ filter: /force-graph\.mjs$/ }, async ({ path }) => {
            const text = await readFile(path, 'utf8');
            if (!injected.test(text)) throw new Error(`${path} no longer injects its style in the way that is taken out here`);
            return { contents: text.replace(injected, '\n') };
          }),
      },
    ],
  });
}

// The order of the file names is the order of the tabs.
async function examples(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.graphql')).sort();
  return Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
}

// Source maps stay behind, so the comment that asks for them must too.
async function script(from, to) {
  const text = await readFile(`node_modules/${from}`, 'utf8');
  await writeFile(to, text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
}

// GraphiQL inlines all its fonts. As files, a browser loads only those whose unicode-range the page uses.
async function stylesheet(from, out, name) {
  const fonts = new Map();
  const text = await readFile(`node_modules/${from}`, 'utf8');
  const linked = text.replace(/url\(data:font\/(woff2?);base64,([^)]+)\)/g, (_, format, base64) => {
    const font = Buffer.from(base64, 'base64');
    const file = `fonts/${createHash('sha256').update(font).digest('hex').slice(0, 12)}.${format}`;
    fonts.set(file, font);
    return `url(${file})`;
  });
  await writeFile(`${out}/${name}`, linked);
  for (const [file, font] of fonts) await writeFile(`${out}/${file}`, font);
}

// The notices that the licences of everything bundled ask for; equal texts are printed once.
async function licenses() {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const holders = new Map();
  const hold = (text, name) => holders.set(text, [...(holders.get(text) ?? []), name]);
  for (const [folder, { version, license, dev }] of Object.entries(packages)) {
    if (!folder || dev) continue;
    const file = (await readdir(folder)).sort().find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file ? await readFile(`${folder}/${file}`, 'utf8') : `${license} (the package has no licence file)`;
    hold(text.replace(/\r\n/g, '\n').trim(), `${folder.replace(/^.*node_modules\//, '')} ${version}`);
  }
  hold(
    'SIL Open Font License 1.1, https://openfontlicense.org\nCopyright 2014-2020 The Fira Code Project Authors',
    'Fira Code 5.002 (font)',
  );
  hold(
    'Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0\nCopyright 2011 Google Inc.',
    'Roboto 2.137 (font)',
  );
  return [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}
