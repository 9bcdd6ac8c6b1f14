// The explorer of the network in a real browser, against a running hub with the demo content: HUB_URL=http://127.0.0.1:8080 npm test.
// With SCREENSHOTS=folder it is photographed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const hub = process.env.HUB_URL;
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let browser;
let best; // the node with the highest betweenness
let pair; // two who are joined by a chain of two steps

const ask = async (query) =>
  (await (await fetch(`${hub}/graphql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data;

before(async () => {
  assert.ok(hub, 'HUB_URL is unset: it must be the address of a running hub, for example http://127.0.0.1:8080');
  const { network } = await ask('{ network { nodes(orderBy: BETWEENNESS, first: 1) { nodes { label speaker { slug } } } } }');
  best = { label: network.nodes.nodes[0].label, slug: network.nodes.nodes[0].speaker.slug };
  const { near } = await ask(`{ near: network(filter: { around: ["${best.slug}"], steps: 2, weighting: RECENCY }) { nodes(first: 100) { nodes { label speaker { slug } } } } }`);
  for (const n of near.nodes.nodes.filter((n) => n.label !== best.label)) {
    const { introductionPaths: found } = await ask(`{ introductionPaths(from: "${best.slug}", to: "${n.speaker.slug}", k: 1) { paths { sentence hops { weight } } } }`);
    if (found.paths[0]?.hops.length >= 2) pair = { from: best.label, to: n.label, sentence: found.paths[0].sentence };
    if (pair) break;
  }
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

async function visit(path, check, context = {}, prepare = () => {}) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...context })).newPage();
  const troubles = [];
  page.on('console', (m) => m.type() === 'error' && troubles.push(m.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== hub && protocol !== 'blob:') troubles.push(`foreign request: ${request.url()}`);
  });
  await prepare(page);
  try {
    await page.goto(hub + path, { waitUntil: 'networkidle' });
    await check(page);
    assert.deepEqual(troubles, []);
  } finally {
    await page.context().close();
  }
}

const drawn = (page) => page.locator('.picture[data-state=ready]').waitFor({ timeout: 30_000 });
const photograph = async (page, name) => process.env.SCREENSHOTS && page.screenshot({ path: `${process.env.SCREENSHOTS}/network-${name}.png`, fullPage: true });

// colours counts the dots of the canvas by colour, without the most frequent one, which is behind everything.
const colours = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('.canvas canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = {};
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]) counts[data.slice(i, i + 3).join()] = (counts[data.slice(i, i + 3).join()] ?? 0) + 1;
    return counts;
  });

test('the explorer can be used by everybody, light and dark, narrow and wide', async () => {
  const places = { card: `/network?at=${best.slug}`, organizaciones: '/es/network?mode=ORGANIZATION&order=CONSTRAINT', both: '/network?mode=BIPARTITE&from=2020', wrong: '/network?minWeight=much' };
  const looks = [[320, 'light'], [768, 'dark'], [1440, 'light']];
  if (process.env.SCREENSHOTS) places.people = '/network';
  if (process.env.SCREENSHOTS) looks.push([320, 'dark'], [768, 'light'], [1440, 'dark']);
  for (const [name, path] of Object.entries(places)) {
    for (const [width, colorScheme] of looks) {
      await visit(path, async (page) => {
        if (name !== 'wrong') await drawn(page);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} scrolls sideways at ${width}`);
        await photograph(page, `${name}-${width}-${colorScheme}`);
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        assert.deepEqual(violations.map((v) => `${name} ${width} ${colorScheme}: ${v.id}: ${v.nodes[0].html}`), []);
      }, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    }
  }
});

test('the policy of the site holds for the picture: no style and no script from elsewhere', () =>
  visit('/network', async (page) => {
    await drawn(page);
    const answer = await page.request.get(`${hub}/network`);
    assert.match(answer.headers()['content-security-policy'], /default-src 'none'; style-src 'self'; script-src 'self'; .*connect-src 'self'$/);
    assert.equal(await page.locator('style, .picture [style*=url]').count(), 0);
    assert.ok(Object.keys(await colours(page)).length > 20, 'something is drawn');
    assert.equal(await page.locator('.canvas').getAttribute('aria-hidden'), 'true');
    assert.equal(await page.locator('.canvas :is(a, button, input, [tabindex])').count(), 0);
  }));

// tabTo presses Tab until the element with the focus passes.
async function tabTo(page, passes, what) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(passes)) return;
  }
  assert.fail(`Tab never comes to ${what}`);
}

test('by the keyboard alone: find somebody, read the evidence, close it, draw the network around', () =>
  visit('/network', async (page) => {
    await drawn(page);
    await tabTo(page, () => document.activeElement.matches('.finder input'), 'the search of names');
    await page.keyboard.type(best.label);
    assert.equal(await page.locator('.matches button').first().innerText(), best.label);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#card-name').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'card-name');
    assert.match(await page.locator('#card').innerText(), new RegExp(`${best.label} is in \\d+ episodes`));
    assert.ok((await page.locator('#card a[href*="/episodes/"]').count()) > 0);
    assert.equal(new URL(page.url()).searchParams.get('at'), best.slug);
    assert.equal(new URL(page.url()).searchParams.get('find'), best.label);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.node-card').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.slug), best.slug);
    assert.equal(new URL(page.url()).searchParams.get('at'), null);
    await page.keyboard.press('Enter');
    await page.locator('#card-name').waitFor();
    await tabTo(page, () => document.activeElement.textContent === 'Network around', 'the network around');
    await Promise.all([page.waitForURL(/around=/), page.keyboard.press('Enter')]);
    await drawn(page);
    assert.ok((await page.locator('.measures').first().innerText()).includes(best.label));
  }));

test('a copied address shows the same: names, years, node and chain', () =>
  visit('/network', async (page) => {
    await drawn(page);
    await page.locator('.finder input').fill('an');
    await page.locator('.finder input').blur();
    await page.locator('[data-year=first]').fill('2021');
    await page.locator('.evidence').first().click();
    await page.locator('#card-name').waitFor();
    await page.locator('[name=between]').fill(pair.from);
    await page.locator('[name=and]').fill(pair.to);
    await page.locator('#introduction button').click();
    await page.locator('#chains [data-nodes]').first().waitFor();
    const said = (p) => p.evaluate(() => [...document.querySelectorAll('#card, #chains, .matches, .years output')].map((e) => e.textContent));
    const [address, before] = [page.url(), await said(page)];
    assert.match(before.join(), /2021/);
    const pixels = await colours(page);
    await page.goto(address, { waitUntil: 'networkidle' });
    await drawn(page);
    assert.deepEqual(await said(page), before);
    const again = await colours(page);
    const accent = '11,92,138';
    assert.ok(pixels[accent] > 20 && again[accent] > 20, 'the chain is drawn in both');
    await photograph(page, 'chain');
  }));

test('the path finder lists the proof of every step, with and without JavaScript', async () => {
  const address = `/network?${new URLSearchParams({ between: pair.from, and: pair.to })}`;
  for (const javaScriptEnabled of [true, false]) {
    await visit(address, async (page) => {
      assert.ok((await page.locator('#chains').innerText()).includes(pair.sentence.slice(0, -1)));
      await page.locator('#chains summary').first().click();
      assert.ok((await page.locator('#chains li a[href*="/episodes/"]').count()) > 0);
      if (javaScriptEnabled) await drawn(page);
      else assert.ok(!(await page.locator('.picture').isVisible()) && (await page.locator('.measures').first().isVisible()));
    }, { javaScriptEnabled });
  }
  await visit('/network?between=nobody-at-all&and=x', async (page) => {
    assert.match(await page.locator('[role=alert]').innerText(), /between: "nobody-at-all" is no public speaker or organization/);
    await drawn(page);
  });
});

test('the years show only edges of their time', () =>
  visit('/network', async (page) => {
    await drawn(page);
    const ink = async () => Object.values(await colours(page)).reduce((a, b) => a + b, 0);
    const all = await ink();
    const last = page.locator('[data-year=last]');
    await page.locator('[data-year=first]').focus();
    await page.keyboard.press('ArrowRight');
    assert.match(await page.locator('.years output').innerText(), /^\d{4} – \d{4}$/);
    await last.fill(await last.getAttribute('min'));
    assert.match(await page.locator('.years output').innerText(), /^\d{4}$/);
    await page.waitForTimeout(200);
    assert.ok((await ink()) < all, 'less is drawn');
    assert.match(page.url(), /years=\d{4}-\d{4}/);
  }));

test('a click on a node opens its card, one beside it closes it', () =>
  visit('/network?around=' + best.slug, async (page) => {
    await drawn(page);
    await page.locator('.canvas').scrollIntoViewIfNeeded();
    const look = () => page.evaluate(() => {
      const canvas = document.querySelector('.canvas canvas');
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      const box = canvas.getBoundingClientRect();
      const isOf = (x, y) => data[(y * width + x) * 4 + 2] - data[(y * width + x) * 4] > 100; // blue
      for (let y = 8; y < height - 8; y += 2) {
        for (let x = 8; x < width - 8; x += 2) {
          if ([[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4]].every(([dx, dy]) => isOf(x + dx, y + dy))) return { x: box.x + (x * box.width) / width, y: box.y + (y * box.height) / height };
        }
      }
    });
    // The picture may still move: the node is where it is seen twice.
    let spot;
    for (let seen; !spot; await page.waitForTimeout(300)) {
      const now = await look();
      if (now && seen && now.x === seen.x && now.y === seen.y) spot = now;
      seen = now;
    }
    await page.mouse.move(spot.x, spot.y);
    await page.waitForTimeout(200);
    await page.mouse.click(spot.x, spot.y);
    await page.locator('.node-card').waitFor();
    assert.match(page.url(), /at=/);
    const box = await page.locator('.canvas').boundingBox();
    await page.mouse.click(box.x + 4, box.y + 4);
    await page.locator('.node-card').waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /at=/);
  }));

test('the picture is exported as PNG and as SVG, with its citation', () =>
  visit('/network', async (page) => {
    await drawn(page);
    const save = async (kind) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-do=${kind}]`).click()]);
      assert.equal(download.suggestedFilename(), `network.${kind}`);
      if (process.env.SCREENSHOTS) await download.saveAs(`${process.env.SCREENSHOTS}/network-export.${kind}`);
      return readFileSync(await download.path());
    };
    const png = await save('png');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.readUInt32BE(16) > 800 && png.length > 20_000);
    const svg = (await save('svg')).toString();
    assert.match(svg, /^<svg [\s\S]*<desc>Better Together Hub, network of speakers[\s\S]*<\/svg>$/);
    assert.ok(svg.includes(`<title>${best.label}</title>`));
  }));

// made is a network of many, as GraphQL would answer: page by page, the strongest first.
function made(count, ties) {
  let seed = 7;
  const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
  const nodes = Array.from({ length: count }, (_, i) => ({
    speaker: { id: `speaker_${i}`, slug: `made-${i}` }, organization: null, label: i === 3 ? '<img src=x onerror=alert(1)>' : `Made ${i}`, strength: Math.ceil(4000 / (i + 1)), degree: 3, community: i % 60,
  }));
  const edges = Array.from({ length: ties }, () => {
    const a = Math.floor(random() * count);
    const b = Math.min(count - 1, Math.floor(random() * 33) * 60 + (a % 60));
    return { source: nodes[a], target: nodes[b === a ? (a + 60) % count : b], weight: 1 + Math.floor(random() * 4), count: 1, episodes: [{ date: `${2015 + (a % 9)}-03-01` }], caseStudies: [] };
  });
  const all = { nodes, edges };
  return (page) =>
    page.route('**/graphql?**', (route) => {
      const q = new URL(route.request().url()).searchParams;
      const what = q.get('query').includes('orderBy: STRENGTH') ? 'nodes' : 'edges';
      const from = Number(JSON.parse(q.get('variables')).after ?? 0);
      const part = all[what].slice(from, from + 100);
      return route.fulfill({ json: { data: { network: { summary: { nodes: count, edges: ties }, [what]: { nodes: part, pageInfo: { hasNextPage: from + 100 < all[what].length, endCursor: String(from + 100) } } } } } });
    });
}

test('a network of 2,000 is drawn, still where motion is not wanted, and found in by name', () =>
  visit('/network', async (page) => {
    await drawn(page);
    assert.equal(await page.locator('p.drawn').innerText(), '2000 people or organizations, 6000 edges');
    const first = await colours(page);
    await page.waitForTimeout(300);
    assert.deepEqual(await colours(page), first, 'nothing moves');
    await page.locator('.finder input').fill('made 199');
    assert.equal(await page.locator('.finder [role=status]').innerText(), '12 found');
    assert.equal(await page.locator('.matches img').count(), 0);
    await photograph(page, 'large');
  }, {}, made(2000, 6000)));

test('of a larger network the strongest part is shown, and said so', () =>
  visit('/network', async (page) => {
    await drawn(page);
    assert.match(await page.locator('p.drawn').innerText(), /too large for a picture: these are the strongest 2000 people or organizations and \d+ edges/);
    assert.equal(await page.locator('.matches img').count(), 0);
    assert.ok((await page.locator('.matches').innerText()).includes('<img src=x onerror=alert(1)>'));
  }, { reducedMotion: 'no-preference' }, made(2600, 7000)));

test('when GraphQL is away the tables stand', () =>
  visit('/network', async (page) => {
    await page.locator('.picture[data-state=failed]').waitFor();
    assert.match(await page.locator('p.drawn').innerText(), /cannot be drawn now/);
    assert.ok(await page.locator('.measures').first().isVisible());
  }, {}, (page) => page.route('**/graphql?**', (route) => route.fulfill({ json: { errors: [{ message: 'internal error' }] } }))));

test('a snapshot is drawn from what it names, and says that it came out the same', async () => {
  const { network } = await ask('{ network(filter: { mode: ORGANIZATION }) { snapshot { code } } }');
  await visit(`/network/${network.snapshot.code}`, async (page) => {
    await drawn(page);
    assert.match(await page.locator('main').innerText(), /Reproduced: same digest/);
    await photograph(page, 'snapshot');
  });
});
