// The pages of the hub by the rules of HTML: HUB_URL=http://127.0.0.1:8080 npm test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { endpoint } from './hub.mjs';

const hub = new URL(endpoint).origin;
const html = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: {
    'doctype-style': 'off', // lower case is as good
    'no-implicit-close': 'off',
    'long-title': 'off', // titles of episodes are as long as they are
    'no-inline-style': 'error',
  },
});

test('pages, lists and frames are valid HTML', async () => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      query: `{ seriesList(first: 2) { nodes { url } } episodes(first: 3) { nodes { url } } speakers(first: 2) { nodes { url } } organizations(first: 2) { nodes { url } }
        caseStudies(first: 2) { nodes { url } } resources(first: 2) { nodes { url } } topics(first: 2) { nodes { url } } toolkits(first: 1) { nodes { url } } listings(first: 1) { nodes { url } } }`,
    }),
  });
  const { data } = await answer.json();
  const addresses = Object.values(data).flatMap(({ nodes }) => nodes.map(({ url }) => url));
  addresses.push(...['/', '/es/', '/es/episodes?phases=ON_DEMAND', '/es/about', '/episodes/sample-on-demand', '/episodes/sample-on-demand?in=sample', '/episodes?topics=equity', '/search?q=college', '/about', '/network', '/es/network?mode=ORGANIZATION', '/network?order=BETWEENNESS', '/embed', '/lists/all', '/lists/all.html?lang=es', '/lists/nobody', '/speakers/nobody'].map((path) => hub + path));
  const found = [];
  for (const address of addresses) {
    const report = await html.validateString(await (await fetch(address)).text());
    for (const { messages } of report.results) {
      for (const m of messages) found.push(`${new URL(address).pathname}: ${m.line}: ${m.ruleId}: ${m.message}`);
    }
  }
  assert.deepEqual(found.slice(0, 20), []);
});
