// Lists on pages of another origin, in a real browser, against a running hub with the demo content:
// HUB_URL=http://127.0.0.1:8080 npm test. With SCREENSHOTS=folder every page is photographed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const hub = new URL(process.env.HUB_URL ?? 'http://127.0.0.1:8080').origin;
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const strict = `default-src 'none'; script-src ${hub}; connect-src ${hub}; style-src 'none'`;
const list = `${hub}/lists/all`;
// What the hub gives partners to paste, with more attributes.
const pasted = async (address, attributes = '') => {
  const page = await (await fetch(`${hub}/embed?src=${encodeURIComponent(address)}`)).text();
  const [, code] = /<textarea id="element"[^>]*>([^]*?)<\/textarea>/.exec(page);
  const plain = code.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#34;|&quot;/g, '"').replace(/&#39;/g, "'").replace(/&#43;/g, '+').replace(/&amp;/g, '&');
  return plain.replace(/layout="list"/, attributes || 'layout="list"');
};
const shell = (body, head = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A partner</title>${head}<main><h1>A partner</h1>${body}<p>What follows.</p></main></html>`;

// The partner's pages: body, and headers that make life hard.
async function partnerPages() {
  const element = await pasted(list);
  const card = await pasted(list, 'layout="card" lang="es"');
  const hostile = '<style>* { color: red !important; font-size: 60px !important; display: block !important; position: static; letter-spacing: 1em } li { float: right } a { display: none !important }</style>';
  return {
    plain: { body: shell(element) },
    card: { body: shell(card) },
    strict: { body: shell(element), policy: strict },
    'strict-cards': { body: shell(card), policy: `${strict}; require-trusted-types-for 'script'` },
    'trusted-types': { body: shell(element), policy: `${strict}; require-trusted-types-for 'script'` },
    hostile: { body: shell(element, hostile) },
    dark: { body: shell(element, '<style>:root { color-scheme: dark; background: #111; color: #eee }</style>') },
    many: { body: shell(Array.from({ length: 30 }, (_, i) => (i % 2 ? card : element)).join('')) },
    misspelt: { body: shell(element.replace('/lists/all', '/lists/no-such-list')) },
    // As WordPress frames what oEmbed gives it: scripts run, but no link may open anything. Its page follows the links of the
    // framed host, and makes room, when the frame asks by message.
    wordpress: { body: shell(`<iframe sandbox="allow-scripts" security="restricted" title="Episodes" src="${list}.html#?secret=s3cret" data-secret="s3cret" width="600" height="338"></iframe>
      <script>window.told = []; addEventListener('message', (e) => { if (e.data && e.data.secret === 's3cret') told.push(e.data); });</script>`) },
    frame: { body: shell(`<iframe title="Episodes" src="${list}.html" width="100%" height="600"></iframe><p><a href="${list}">Episodes</a></p>`) },
  };
}

let browser;
let server;
let origin;
let pages;

before(async () => {
  assert.ok(process.env.HUB_URL, 'HUB_URL is unset: it must be the address of a running hub, for example http://127.0.0.1:8080');
  pages = await partnerPages();
  server = createServer((request, response) => {
    const page = pages[request.url.slice(1)];
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...(page.policy && { 'Content-Security-Policy': page.policy }) });
    response.end(page.body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

// Opens a partner's page and wants no trouble by the end: no console error, no exception, no foreign host.
async function visit(name, check, options = {}) {
  const context = await browser.newContext({ viewport: { width: options.width ?? 1024, height: 800 }, bypassCSP: options.bypassCSP, ...options.context });
  const page = await context.newPage();
  const troubles = [];
  const asked = [];
  page.on('console', (message) => message.type() === 'error' && !/favicon/.test(message.location().url) && troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/favicon.ico') return;
    asked.push(request);
    if (![hub, origin].includes(url.origin)) troubles.push(`foreign request: ${url}`);
  });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((all) => all.getEntries().forEach((e) => { if (!e.hadRecentInput) window.shift += e.value; })).observe({ type: 'layout-shift', buffered: true });
  });
  try {
    await page.goto(`${origin}/${name}`, { waitUntil: 'networkidle' });
    await check(page, asked, context);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/embed-${name}-${options.width ?? 1024}.png`, fullPage: name !== 'many' });
    if (!options.troubles) assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

const shown = (page) => page.locator('hub-episodes [part=item]');

// In a page without a policy of its own, the checker can run.
async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 2).join(' ')}`), []);
}

for (const name of ['plain', 'card', 'strict', 'strict-cards', 'trusted-types', 'hostile', 'dark']) {
  test(`the list is shown: ${name}`, () =>
    visit(name, async (page) => {
      await shown(page).first().waitFor();
      assert.equal(await shown(page).count(), 20);
      const item = shown(page).first();
      assert.match(await item.locator('[part=title]').getAttribute('href'), new RegExp(`^${hub}/episodes/`));
      assert.equal(await item.evaluate((e) => getComputedStyle(e).display), 'grid', 'the style does not hold');
      const title = await item.locator('[part=title]').evaluate((e) => [getComputedStyle(e).fontSize, getComputedStyle(e).letterSpacing]);
      assert.deepEqual(title, ['16px', 'normal'], "the page's style reaches into the list");
      const shift = await page.evaluate(() => window.shift);
      if (name.endsWith('card') || name.endsWith('cards')) {
        await page.waitForFunction(() => {
          const canvas = document.querySelector('hub-episodes').shadowRoot.querySelector('[part=image]');
          return canvas.getContext('2d').getImageData(2, 2, 1, 1).data[3] === 255;
        });
      } else {
        assert.equal(await page.locator('hub-episodes [part=image]').count(), 0, 'a list has no images');
      }
      if (name !== 'hostile') assert.ok(shift <= 0.02, `layout shift ${shift}`);
    }));
}

test('a narrow page does not scroll sideways', () =>
  visit('plain', async (page) => {
    await shown(page).first().waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  }, { width: 320 }));

test('nobody is kept out: list, cards and frame', async () => {
  for (const name of ['plain', 'card', 'dark', 'frame']) await visit(name, accessible);
});

test('a list of 20 costs three requests and 20 kB', () =>
  visit('plain', async (page, asked) => {
    await shown(page).first().waitFor();
    assert.ok(asked.length <= 3, asked.map((r) => r.url()).join(' '));
    let bytes = 0;
    for (const request of asked) bytes += (await request.sizes()).responseBodySize;
    assert.ok(bytes <= 20_000, `${bytes} bytes`);
  }));

test('thirty lists on one page all come', () =>
  visit('many', async (page) => {
    await page.waitForFunction(() => [...document.querySelectorAll('hub-episodes')].every((e) => e.shadowRoot?.querySelector('[part=item]')));
  }));

test('without JavaScript the pasted list stands, and so does the frame', async () => {
  await visit('plain', async (page) => assert.equal(await page.locator('hub-episodes li a').count(), 20), { context: { javaScriptEnabled: false } });
  await visit('frame', async (page) => {
    await page.frameLocator('iframe').locator('main h1').waitFor();
    assert.ok((await page.frameLocator('iframe').locator('li').count()) > 0);
  }, { context: { javaScriptEnabled: false } });
});

test("in WordPress's sandbox every button leads on, by way of the hub", () =>
  visit('wordpress', async (page) => {
    const frame = page.frameLocator('iframe');
    await frame.locator('.action').first().waitFor();
    await page.waitForFunction(() => told.some((m) => m.message === 'height' && m.value > 300));
    const buttons = await frame.locator('a').count();
    assert.ok(buttons > 20);
    for (const link of await frame.locator('.action').all()) await link.click();
    const links = await page.evaluate(() => told.filter((m) => m.message === 'link').map((m) => m.value));
    assert.equal(links.length, await frame.locator('.action').count());
    for (const link of links) assert.equal(new URL(link).origin, hub, 'WordPress follows only links of the framed host');
    const leads = await fetch(links[0], { redirect: 'manual' });
    assert.equal(leads.status, 302);
  }));

test('what pages have pasted goes on to work: names only ever come, none goes', () => {
  const source = readFileSync(new URL('../src/embed/v1.js', import.meta.url), 'utf8');
  const contract = JSON.parse(readFileSync(new URL('embed-v1.json', import.meta.url), 'utf8'));
  for (const property of contract.properties) assert.ok(source.includes(`var(${property}`), property);
  for (const part of contract.parts) assert.match(source, new RegExp(`'${part}'`), part);
  for (const attribute of contract.attributes) assert.ok(source.includes(`'${attribute}'`), attribute);
});

test('the page with the code shows what to paste, in both languages, to everybody', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const query of ['', '?layout=card&lang=es&accent=%23004d40', '?accent=%23ffff00']) {
    await page.goto(`${hub}/embed${query}`, { waitUntil: 'networkidle' });
    await shown(page).first().waitFor();
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/code${query.length}.png`, fullPage: true });
    assert.equal(await page.locator('textarea').count(), 3);
    assert.equal(await page.locator('[role=alert]').count(), query.includes('ffff00') ? 1 : 0);
    const { violations } = await (async () => {
      const checked = await (await browser.newContext({ bypassCSP: true })).newPage();
      await checked.goto(`${hub}/embed${query}`, { waitUntil: 'networkidle' });
      await checked.evaluate(axe);
      const result = await checked.evaluate(() => window.axe.run());
      await checked.context().close();
      return result;
    })();
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html}`), []);
  }
  await context.close();
});

test('when the hub is away the last good list is shown, with its date', () =>
  visit('plain', async (page, _, context) => {
    await shown(page).first().waitFor();
    await context.route(`${hub}/lists/**`, (route) => route.abort());
    await page.reload({ waitUntil: 'networkidle' });
    await shown(page).first().waitFor();
    assert.match(await page.locator('hub-episodes [part=note]').textContent(), /^As of .*20\d\d/);
    assert.equal(await page.locator('hub-episodes [part=action]').count(), 0, 'an old list has no button');
  }, { troubles: 'the hub is away' }));

test('a misspelt list leaves what was pasted', () =>
  visit('misspelt', async (page) => {
    await page.waitForFunction(() => document.querySelector('hub-episodes').shadowRoot?.querySelector('slot'));
    assert.ok(await page.locator('hub-episodes li a').first().isVisible());
  }, { troubles: 'there is no such list' }));

test('a list looks again when time changes it', () =>
  visit('plain', async (page, asked, context) => {
    await shown(page).first().waitFor();
    const before = asked.length;
    await context.route(`${hub}/lists/**`, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.changesAt = new Date(Date.now() + 1500).toISOString();
      await route.fulfill({ response, json: body });
    });
    await page.reload({ waitUntil: 'networkidle' });
    await page.waitForTimeout(3500);
    assert.ok(asked.length > before + 3, `${asked.length - before} requests after the reload`);
  }));
