// urql with its normalised cache, which knows the schema by introspection. It warns of every object that it cannot name.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { getIntrospectionQuery } from 'graphql';
import { ask, endpoint, partnerQuery, wantSilence } from './hub.mjs';

// One request for every kind of entry, with all the values that it holds.
const entry = `
  id
  identifiers { scheme value }
  sources { url }
  notes { text }
  referencedBy(first: 3) { totalCount edges { field node { id } } pageInfo { hasNextPage } }
`;
const wideQueries = [
  partnerQuery,
  `{ episodes(first: 20) { facets { field values { value count } } nodes {
    ${entry} registration { url } location { city } images { url }
    recordings { url tracks { url } chapters { title } } appearances { id role sources { url } }
  } } }`,
  `{ speakers(first: 20) { nodes {
    ${entry} aliases { value } links { url } photo { url } affiliations { title }
    coSpeakers(first: 3) { count speaker { id } }
  } } }`,
  `{ organizations(first: 20) { nodes { ${entry} aliases { value } logo { url } partners(first: 3) { count } } } }`,
  `{ caseStudies(first: 20) { nodes {
    ${entry} partners { role } outcomes { label evidence { level } } credentials { name } evidence { level }
    contributions { creditedTitle }
  } } }`,
  `{ seriesList { nodes { ${entry} credits { role } } } resources { nodes { ${entry} } } topics { nodes { ${entry} } } }`,
  `{ toolkits { nodes { ${entry} items { annotation entry { id } } } } listings { nodes { ${entry} } } }`,
  '{ search(query: "college") { edges { score node { id label } } } viewer { can } hub { version } }',
];

let schema, values; // values are the object types without an id: they live inside of the entry that holds them

before(async () => {
  schema = await ask(getIntrospectionQuery());
  const { types, queryType, mutationType, subscriptionType } = schema.__schema;
  const roots = [queryType, mutationType, subscriptionType].map((root) => root?.name);
  values = types
    .filter(({ kind, name }) => kind === 'OBJECT' && !roots.includes(name) && !name.startsWith('__'))
    .filter(({ fields }) => !fields.some((field) => field.name === 'id'))
    .map((type) => type.name);
});

// The one setting that the cache needs: values have no key of their own.
const keys = () => Object.fromEntries(values.map((name) => [name, () => null]));

function connect(t, options) {
  wantSilence(t);
  const client = new Client({ url: endpoint, exchanges: [cacheExchange({ schema, ...options }), fetchExchange] });
  return async (query, variables, context) => {
    const result = await client.query(query, variables, context).toPromise();
    assert.deepEqual(result.error, undefined);
    return result.data;
  };
}

test("the partner's query is answered from the cache, and another query has found its entries there", async (t) => {
  const read = connect(t, { keys: keys() });
  const data = await read(partnerQuery);
  assert.equal(data.episodes.nodes.length, 20);
  assert.deepEqual(await read(partnerQuery, {}, { requestPolicy: 'cache-only' }), data);
  const [{ id, title }] = data.episodes.nodes;
  await read('query ($id: ID) { episode(id: $id) { id subtitle } }', { id });
  const both = 'query ($id: ID) { episode(id: $id) { id title subtitle } }';
  assert.equal((await read(both, { id }, { requestPolicy: 'cache-only' })).episode.title, title);
});

test('relayPagination puts page behind page', async (t) => {
  const read = connect(t, { keys: keys(), resolvers: { Query: { episodes: relayPagination() } } });
  const query = `query ($first: Int!, $after: String) {
    episodes(first: $first, after: $after) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } }
  }`;
  let data = await read(query, { first: 4 });
  for (let page = 2; page <= 3; page++) data = await read(query, { first: 4, after: data.episodes.pageInfo.endCursor });
  const whole = await ask('{ episodes(first: 12) { nodes { id } } }');
  const ids = whole.episodes.nodes.map((episode) => episode.id);
  assert.deepEqual(data.episodes.edges.map((edge) => edge.node.id), ids);
  assert.deepEqual(data.episodes.nodes.map((episode) => episode.id), ids);
});

test('fragments on interfaces find their types by the schema', async (t) => {
  const read = connect(t, { keys: keys() });
  const { episodes } = await ask('{ episodes(first: 1) { nodes { __typename id slug label title } } }');
  const query = `query ($id: ID!) {
    node(id: $id) {
      __typename id ... on Entry { slug } ... on Linkable { label } ... on Episode { title } ... on Speaker { name }
    }
  }`;
  assert.deepEqual({ ...(await read(query, { id: episodes.nodes[0].id })).node }, episodes.nodes[0]);
});

test('the cache misses the keys of values only, and nothing once values are declared', async (t) => {
  const unnamed = new Set();
  const logger = (level, message) => {
    if (level !== 'debug') unnamed.add(/`keys` config for `(\w+)`/.exec(message)?.[1] ?? message);
  };
  const declared = connect(t, { keys: keys(), logger });
  for (const query of wideQueries) await declared(query);
  assert.deepEqual([...unnamed], []);
  // Only then without the declaration, as the cache gives each warning once in a process.
  const undeclared = connect(t, { logger });
  for (const query of wideQueries) await undeclared(query);
  assert.ok(unnamed.has('Action'), 'no warning came, so their absence would tell nothing');
  assert.deepEqual([...unnamed].filter((name) => !values.includes(name)), []);
});
