// The API explorer in a real browser, against a running hub: HUB_URL=http://127.0.0.1:8080 npm test
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const hub = process.env.HUB_URL;
const folder = new URL('../src/graphiql/examples/', import.meta.url);
const exampleNames = readdirSync(folder)
  .sort()
  .map((file) => /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(readFileSync(new URL(file, folder), 'utf8'))[1]);

let browser;

before(async () => {
  assert.ok(hub, 'HUB_URL is unset: it must be the address of a running hub, for example http://127.0.0.1:8080');
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

after(() => browser?.close());

// Opens the explorer as a first-time visitor, runs check on it, and wants no trouble by the end: no console error
// (Chromium reports violations of the content policy there too), no uncaught exception, no request to another host.
async function explore(check) {
  const page = await browser.newPage();
  const troubles = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== new URL(hub).origin) troubles.push(`foreign request: ${url}`);
  });
  await page.exposeFunction('reportViolation', (text) => troubles.push(`content policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      window.reportViolation(`${event.effectiveDirective} refuses ${event.blockedURI}`),
    );
  });
  try {
    const response = await page.goto(new URL('/graphiql/', hub).href, { waitUntil: 'networkidle' });
    await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
    await check(page, response);
    assert.deepEqual(troubles, []);
  } finally {
    await page.close();
  }
}

test('every example has a tab, named after its operation and in the order of the files', () =>
  explore(async (page) => {
    assert.equal(await page.title(), 'Better Together Hub – GraphiQL');
    assert.deepEqual(await page.locator('.graphiql-tab-button').allTextContents(), exampleNames);
  }));

test('the first example answers with data and without errors', () =>
  explore(async (page) => {
    await page.locator('.graphiql-execute-button').click();
    const result = page.locator('.result-window .CodeMirror');
    await result.getByText('"data"').waitFor();
    const { data, errors } = JSON.parse(await result.evaluate((element) => element.CodeMirror.getValue()));
    assert.ok(data);
    assert.equal(errors, undefined);
  }));

test('the schema reaches the docs', () =>
  explore(async (page) => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Root Types').waitFor();
  }));

test('a header typed into the headers tab is sent, and is never stored', () =>
  explore(async (page) => {
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.locator('.graphiql-editor-tool .CodeMirror:visible').click();
    await page.keyboard.insertText('{"X-Explorer": "typed"}');
    // The stores are written with a delay, in the order of the edits: once this later edit is in, the header would be.
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('# later edit\n');
    const stored = (name) =>
      page.waitForFunction((key) => localStorage.getItem(key)?.includes('later edit'), `hub:graphiql:${name}`);
    await stored('tabState');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.method() === 'POST' && sent.postData().includes('later edit')),
      page.locator('.graphiql-execute-button').click(),
    ]);
    assert.equal(request.headers()['x-explorer'], 'typed');
    await stored('queries');
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /typed/);
  }));

test('the page is served under the strict content policy', () =>
  explore(async (page, response) => {
    const policy = response.headers()['content-security-policy'] ?? '';
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'"]) {
      assert.ok(policy.split(';').some((part) => part.trim() === rule), `${rule} is missing from: ${policy}`);
    }
  }));
