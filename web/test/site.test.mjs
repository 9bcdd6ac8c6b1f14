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
    home: '/', inicio: '/es/', episodios: '/es/episodes', 'one-grabacion': '/es/episodes/sample-on-demand', 'one-recording': '/episodes/sample-on-demand?in=hydroponics', search: '/search?q=apprenticeship', about: '/about', episodes: '/episodes?hasRecording=true', speakers: '/speakers', missing: '/episodes/nobody',
    ...Object.fromEntries(Object.entries(data).map(([name, { nodes }]) => [`one-${name}`, new URL(nodes[0].url).pathname])),
  };
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

async function visit(path, check, context = {}, foreign = []) {
  const page = await (await browser.newContext({ viewport: { width: 1024, height: 800 }, ...context })).newPage();
  const troubles = [];
  const asked = [];
  page.on('console', (m) => m.type() === 'error' && !/404/.test(m.text()) && troubles.push(m.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    asked.push(request);
    if (new URL(request.url()).origin !== hub && !foreign.includes(request.url())) troubles.push(`foreign request: ${request.url()}`);
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

test('the home page is small and stands still', () =>
  visit('/', async (page, asked) => {
    assert.ok(asked.length <= 5, asked.map((r) => r.url()).join(' '));
    let bytes = 0;
    for (const request of asked) bytes += (await request.sizes()).responseBodySize;
    assert.ok(bytes <= 60_000, `${bytes} bytes`);
    const shift = await page.evaluate(
      () =>
        new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.value))).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => done(sum), 300);
        }),
    );
    assert.ok(shift <= 0.02, `shift ${shift}`);
  }));

// tabTo presses Tab until the element with the focus passes.
async function tabTo(page, passes, what) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(passes)) return;
  }
  assert.fail(`Tab never comes to ${what}`);
}

for (const javaScriptEnabled of [true, false]) {
  test(`by the keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} JavaScript: find an episode, its transcript, a case study, its resources`, () =>
    visit('/', async (page) => {
      const press = async (what, path) => {
        await Promise.all([page.waitForURL(path), page.keyboard.press('Enter')]);
        assert.equal(await page.locator('h1').count(), 1, what);
      };
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the content');
      await tabTo(page, () => document.activeElement.name === 'q', 'the search');
      await page.keyboard.type('hydroponics');
      await press('the search', /\/search\?q=hydroponics/);
      await tabTo(page, () => document.activeElement.matches('main a.title'), 'a hit');
      await press('the episode', /\/episodes\/sample-on-demand#t=95/);
      assert.match(await page.locator(':target').innerText(), /hydroponics/);
      await tabTo(page, () => document.activeElement.name === 'in', 'the search of the transcript');
      await page.keyboard.type('sample');
      await press('the transcript', /\?in=sample/);
      assert.equal(await page.locator('.transcript p').count(), 1);
      await page.goto(`${hub}/search?q=lorain+credentials&kind=case_study`);
      await tabTo(page, () => document.activeElement.matches('main a.title'), 'a case study');
      await press('the case study', /\/case-studies\//);
      await tabTo(page, () => document.activeElement.matches('main section a'), 'what belongs to it');
    }, { javaScriptEnabled }));
}

test('a recording is loaded only after a click, and one that hangs leaves the page whole', () =>
  visit('/episodes/sample-podcast-on-demand', async (page) => {
    await page.route('https://example.org/**', () => {}); // a provider that never answers
    await page.locator('a.play').click();
    await page.locator('.stage audio').waitFor();
    assert.equal(await page.locator('.stage audio').getAttribute('src'), 'https://example.org/recording.mp3');
    assert.ok(await page.getByText('Open it at example.org').isVisible());
    assert.equal(await page.locator('h1').count(), 1);
  }, {}, ['https://example.org/recording.mp3']));

test('a moment of the transcript plays in the provider\'s frame, and only that frame', () =>
  visit('/episodes/sample-on-demand', async (page, asked) => {
    await page.route('https://example.org/**', (route) => route.fulfill({ contentType: 'text/html', body: '<p>a player</p>' }));
    assert.ok(asked.every((r) => new URL(r.url()).origin === hub));
    await page.locator('.transcript a.time').nth(1).click();
    const frame = page.frameLocator('.stage iframe');
    await frame.getByText('a player').waitFor();
    assert.equal(await page.locator('.stage iframe').getAttribute('src'), 'https://example.org/player?autoplay=1#t=95s');
    assert.match(await page.locator('.stage iframe').getAttribute('sandbox'), /allow-scripts/);
    assert.equal(new URL(page.url()).pathname, '/episodes/sample-on-demand');
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/site-playing.png` });
  }, {}, ['https://example.org/player?autoplay=1', 'https://example.org/player?autoplay=1#t=95s']));

test('a page says the same on paper, with forced colours, and at 400 %', () =>
  visit(kinds['one-caseStudies'], async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.ok(!(await page.locator('form.find').isVisible()));
    assert.ok(await page.locator('h1').isVisible());
    await page.emulateMedia({ media: 'screen', forcedColors: 'active', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 320, height: 256 }); // 1280 by 1024 at 400 %
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/site-forced-320.png`, fullPage: true });
  }));
