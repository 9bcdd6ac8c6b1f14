// Apollo Client with the cache as it comes, in its development build: that one warns where a cache may lose data.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { __DEV__ } from '@apollo/client/utilities/environment';
import { relayStylePagination } from '@apollo/client/utilities';
import { ask, endpoint, partnerQuery, wantSilence } from './hub.mjs';

// An operation's hash, as Apollo's link for automatic persisted queries wants it.
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// A client, and how many requests it has sent.
function connect(t, cacheOptions) {
  assert.ok(__DEV__, 'node must run with --conditions=development, or Apollo keeps its warnings to itself');
  wantSilence(t);
  const sent = { count: 0 };
  const count = (...request) => (sent.count++, fetch(...request));
  const link = new HttpLink({ uri: endpoint, fetch: count });
  const client = new ApolloClient({ cache: new InMemoryCache(cacheOptions), link });
  return { client, sent };
}

test("the partner's query is answered once, then from the cache", async (t) => {
  const { client, sent } = connect(t);
  const query = gql(partnerQuery);
  const { data } = await client.query({ query });
  assert.equal(data.episodes.nodes.length, 20);
  for (const list of ['appearances', 'organizations', 'recordings', 'resources']) {
    assert.ok(data.episodes.nodes.some((episode) => episode[list].length > 0), `no episode has ${list}`);
  }
  assert.deepEqual((await client.query({ query })).data, data);
  assert.equal(sent.count, 1);
});

test('an entry is one object in the cache, whichever query brought it', async (t) => {
  const { client } = connect(t);
  const { data } = await client.query({ query: gql(partnerQuery) });
  const kinds = new Set(Object.keys(client.cache.extract()).map((key) => /^(\w+):[a-z]{2}_[\w:]+$/.exec(key)?.[1] ?? key));
  assert.deepEqual([...kinds].sort(), ['Appearance', 'Episode', 'Organization', 'ROOT_QUERY', 'Resource', 'Speaker']);
  const { speaker } = data.episodes.nodes.flatMap((episode) => episode.appearances)[0];
  const detail = gql`query Speaker($id: ID) { speaker(id: $id) { id sortName } }`;
  await client.query({ query: detail, variables: { id: speaker.id } });
  const both = client.cache.readFragment({ from: speaker, fragment: gql`fragment Both on Speaker { name sortName }` });
  assert.equal(both.name, speaker.name);
  assert.ok(both.sortName);
});

test('fetchMore puts page behind page by relayStylePagination', async (t) => {
  const { client, sent } = connect(t, {
    typePolicies: { Query: { fields: { episodes: relayStylePagination(['filter', 'orderBy']) } } },
  });
  const query = gql`query Page($first: Int!, $after: String) {
    episodes(first: $first, after: $after) { edges { cursor node { id title } } pageInfo { hasNextPage endCursor } }
  }`;
  const variables = { first: 4 };
  const list = client.watchQuery({ query, variables });
  const watch = list.subscribe(() => {});
  t.after(() => watch.unsubscribe());
  let { data: page } = await client.query({ query, variables });
  for (let number = 2; number <= 3; number++) {
    ({ data: page } = await list.fetchMore({ variables: { after: page.episodes.pageInfo.endCursor } }));
  }
  assert.equal(sent.count, 3);
  const { episodes } = await ask('{ episodes(first: 12) { nodes { id } } }');
  const merged = client.readQuery({ query, variables }).episodes.edges;
  assert.deepEqual(merged.map((edge) => edge.node.id), episodes.nodes.map((episode) => episode.id));
});

test('fields of an interface, and a fragment on the type behind it, need no configuration', async (t) => {
  const { client } = connect(t);
  const search = gql`{ search(query: "college", first: 5) { edges { score node { id label url } } } }`;
  const { data: found } = await client.query({ query: search });
  assert.equal(found.search.edges.length, 5);
  for (const { node } of found.search.edges) {
    assert.ok(node.label);
    assert.ok(client.cache.extract()[`${node.__typename}:${node.id}`]);
  }
  const { episodes } = await ask('{ episodes(first: 1) { nodes { __typename id title } } }');
  const query = gql`query Node($id: ID!) { node(id: $id) { id ... on Episode { title } } }`;
  const { data } = await client.query({ query, variables: { id: episodes.nodes[0].id } });
  assert.deepEqual(data.node, episodes.nodes[0]);
});

test('fragments on interfaces and on other types work with possibleTypes as introspection tells them', async (t) => {
  const { __schema } = await ask('{ __schema { types { name possibleTypes { name } } } }');
  const abstract = __schema.types.filter((type) => type.possibleTypes);
  const possibleTypes = Object.fromEntries(abstract.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]));
  const { client } = connect(t, { possibleTypes });
  const { episodes } = await ask('{ episodes(first: 1) { nodes { __typename id slug label title } } }');
  const query = gql`query Node($id: ID!) {
    node(id: $id) { id ... on Entry { slug } ... on Linkable { label } ... on Episode { title } ... on Speaker { name } }
  }`;
  const { data } = await client.query({ query, variables: { id: episodes.nodes[0].id } });
  assert.deepEqual(data.node, episodes.nodes[0]);
});

test('a filter comes from variables, and each has its own answer in the cache', async (t) => {
  const { client, sent } = connect(t);
  const query = gql`query Filtered($filter: EpisodeFilter, $orderBy: EpisodeOrder) {
    episodes(filter: $filter, orderBy: $orderBy, first: 50) { totalCount nodes { id date phase recordings { url } } }
  }`;
  const read = async (variables) => (await client.query({ query, variables })).data.episodes;
  const all = await read({});
  const onDemand = await read({ filter: { phases: ['ON_DEMAND'], hasRecording: true }, orderBy: 'DATE_ASC' });
  assert.ok(onDemand.totalCount > 0 && onDemand.totalCount < all.totalCount);
  for (const episode of onDemand.nodes) {
    assert.equal(episode.phase, 'ON_DEMAND');
    assert.notDeepEqual(episode.recordings, []);
  }
  const dates = onDemand.nodes.map((episode) => episode.date).filter(Boolean);
  assert.deepEqual(dates, dates.toSorted());
  assert.equal((await read({ filter: { phases: ['CANCELLED'], hasRecording: true } })).totalCount, 0);
  await read({});
  assert.equal(sent.count, 3);
});

test('a persisted query is asked by its hash over GET, and sent whole only once', async (t) => {
  wantSilence(t);
  const sent = [];
  const http = new HttpLink({ uri: endpoint, fetch: (url, options) => (sent.push([options.method, url]), fetch(url, options)) });
  // The alias is one that no run has used before: the hub remembers what it was sent.
  const query = gql(`query Once { x${Date.now()}: episodes(first: 2) { nodes { id title } } }`);
  for (const want of [3, 1]) {
    sent.length = 0;
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(http);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const { data } = await client.query({ query });
    assert.equal(Object.values(data)[0].nodes.length, 2);
    assert.ok(sent.length <= want - (want > 1 ? 1 : 0), `${sent.length} requests`);
    assert.ok(sent[0][0] === 'GET' && !sent[0][1].includes('query='), `${sent[0]}`);
  }
});
