// The site in a real browser, against a running hub with the demo content: HUB_URL=http://127.0.0.1:8080 npm test.
// With SCREENSHOTS=folder every page is photographed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const hub = process.env.HUB_URL;
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let browser;
let kinds;

const ask = async (query) =>
  (await (await fetch(`${hub}/graphql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data;

before(async () => {
  assert.ok(hub, 'HUB_URL is unset: it must be the address of a running hub, for example http://127.0.0.1:8080');
  const data = await ask(`{ seriesList(first: 1) { nodes { url } } episodes(first: 1, filter: { search: "apprenticeships" }) { nodes { url } }
    speakers(first: 1) { nodes { url } } organizations(first: 1) { nodes { url } } caseStudies(first: 1) { nodes { url } } resources(first: 1) { nodes { url } }
    topics(first: 1) { nodes { url } } toolkits(first: 1) { nodes { url } } }`);
  kinds = {
    home: '/', search: '/search?q=apprenticeship', about: '/about', episodes: '/episodes?hasRecording=true', speakers: '/speakers', missing: '/episodes/nobody',
    ...Object.fromEntries(Object.entries(data).map(([name, { nodes }]) => [`one-${name}`, new URL(nodes[0].url).pathname])),
  };
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

async function visit(path, check, context = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1024, height: 800 }, ...context })).newPage();
  const troubles = [];
  const asked = [];
  page.on('console', (m) => m.type() === 'error' && !/favicon|404/.test(m.text() + m.location().url) && troubles.push(m.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    asked.push(request);
    if (new URL(request.url()).origin !== hub) troubles.push(`foreign request: ${request.url()}`);
  });
  try {
    await page.goto(hub + path, { waitUntil: 'networkidle' });
    await check(page, asked);
    assert.deepEqual(troubles, []);
  } finally {
    await page.context().close();
  }
}

test('every kind of page can be used by everybody, light and dark, narrow and wide', async () => {
  for (const [name, path] of Object.entries(kinds)) {
    for (const [width, colorScheme] of [[320, 'light'], [768, 'dark'], [1440, 'light']]) {
      await visit(path, async (page) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} scrolls sideways at ${width}`);
        assert.equal(await page.locator('h1').count(), 1, name);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        assert.deepEqual(violations.map((v) => `${name} ${width}: ${v.id}: ${v.nodes[0].html}`), []);
        if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/site-${name}-${width}.png`, fullPage: true });
      }, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    }
  }
});

test('the home page is small', () =>
  visit('/', async (_, asked) => {
    const own = asked.filter((r) => !r.url().endsWith('/favicon.ico'));
    assert.ok(own.length <= 5, own.map((r) => r.url()).join(' '));
    let bytes = 0;
    for (const request of own) bytes += (await request.sizes()).responseBodySize;
    assert.ok(bytes <= 60_000, `${bytes} bytes`);
  }));

test('without JavaScript, by the keyboard: find an episode, then who spoke', () =>
  visit('/', async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the content');
    await page.getByRole('searchbox').first().focus();
    await page.keyboard.type('short-term credentials');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search/);
    const hit = page.locator('main a.title').first();
    await hit.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/(episodes|case-studies|topics|resources|series)\//);
    assert.equal(await page.locator('h1').count(), 1);
  }, { javaScriptEnabled: true }));
