// Relay: its compiler reads the schema and the operations below, its store takes what the hub answers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import compiler from 'relay-compiler';
import relay from 'relay-runtime';
import { ask, endpoint, wantSilence } from './hub.mjs';

const { Environment, Network, RecordSource, Store, createOperationDescriptor, fetchQuery, getSingularSelector } = relay;

// The compiler wants names that begin with the name of their file, page.js.
const operations = [
  `fragment page_episode on Episode @refetchable(queryName: "pageEpisodeQuery") {
    title
    phase
    primaryAction { kind label url }
    appearances { role speaker { name } creditedOrganizations { name } }
    recordings { kind url }
  }`,
  `fragment page_latest on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 4 }, cursor: { type: "String" })
  @refetchable(queryName: "pageLatestQuery") {
    episodes(first: $count, after: $cursor) @connection(key: "page_episodes") {
      totalCount
      edges { node { id ...page_episode } }
    }
  }`,
  `fragment page_organization on Organization
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "pageOrganizationEpisodesQuery") {
    episodes(first: $count, after: $cursor, orderBy: DATE_ASC) @connection(key: "page_episodes") {
      edges { node { id ...page_episode } }
    }
  }`,
  'query pageQuery { ...page_latest }',
  'query pageOrganizationQuery($slug: String!) { organization(slug: $slug) { id name ...page_organization } }',
];

const folder = mkdtempSync(join(tmpdir(), 'conformance-relay-'));
const artifact = (name) => createRequire(`${folder}/`)(`./artifacts/${name}.graphql.js`);

before(() => {
  copyFileSync(new URL('../schema.graphqls', import.meta.url), `${folder}/schema.graphql`); // the compiler wants this suffix
  writeFileSync(`${folder}/page.js`, operations.map((text) => `graphql\`${text}\`;\n`).join(''));
  const config = {
    src: '.',
    schema: 'schema.graphql',
    language: 'javascript',
    artifactDirectory: 'artifacts',
    eagerEsModules: false,
  };
  writeFileSync(`${folder}/relay.config.json`, JSON.stringify(config));
  mkdirSync(`${folder}/artifacts`);
  execFileSync(compiler, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
});

after(() => rmSync(folder, { recursive: true }));

// A store, and how to fill it by a query and to read a fragment from it.
function connect(t) {
  wantSilence(t);
  const send = async ({ text }, variables) => ({ data: await ask(text, variables) });
  const environment = new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
  return {
    async fetch(name, variables = {}) {
      environment.retain(createOperationDescriptor(artifact(name), variables));
      return fetchQuery(environment, artifact(name), variables).toPromise();
    },
    read(fragment, reference) {
      const { data, isMissingData } = environment.lookup(getSingularSelector(artifact(fragment), reference));
      assert.equal(isMissingData, false);
      return data;
    },
  };
}

const ids = (list) => list.map(({ id }) => id);
const nodes = (connection) => connection.edges.map((edge) => edge.node);

test('a fragment on Episode reads what a connection of Query brought', async (t) => {
  const { fetch, read } = connect(t);
  const { episodes } = read('page_latest', await fetch('pageQuery'));
  const expected = await ask('{ episodes(first: 4) { totalCount nodes { id title appearances { role } } } }');
  assert.equal(episodes.totalCount, expected.episodes.totalCount);
  assert.deepEqual(ids(nodes(episodes)), ids(expected.episodes.nodes));
  const cards = nodes(episodes).map((node) => read('page_episode', node));
  assert.deepEqual(cards.map(({ title }) => title), expected.episodes.nodes.map(({ title }) => title));
});

test('@connection on Query.episodes puts page behind page', async (t) => {
  const { fetch, read } = connect(t);
  const root = await fetch('pageQuery');
  for (let page = 2; page <= 3; page++) {
    const { pageInfo } = read('page_latest', root).episodes;
    assert.equal(pageInfo.hasNextPage, true);
    await fetch('pageLatestQuery', { count: 4, cursor: pageInfo.endCursor });
  }
  const expected = await ask('{ episodes(first: 12) { nodes { id } } }');
  assert.deepEqual(ids(nodes(read('page_latest', root).episodes)), ids(expected.episodes.nodes));
});

test('@connection on Organization.episodes puts page behind page to the end, through node(id:)', async (t) => {
  const { organizations } = await ask('{ organizations(first: 100) { nodes { slug episodes { totalCount } } } }');
  const { slug } = organizations.nodes.find(({ episodes }) => episodes.totalCount >= 3);
  const { fetch, read } = connect(t);
  const { organization } = await fetch('pageOrganizationQuery', { slug });
  const list = () => read('page_organization', organization).episodes;
  for (let page = 2; list().pageInfo.hasNextPage && page <= 20; page++) {
    await fetch('pageOrganizationEpisodesQuery', { id: organization.id, count: 2, cursor: list().pageInfo.endCursor });
  }
  const expected = await ask(
    'query ($slug: String) { organization(slug: $slug) { episodes(first: 100, orderBy: DATE_ASC) { nodes { id } } } }',
    { slug },
  );
  assert.deepEqual(ids(nodes(list())), ids(expected.organization.episodes.nodes));
});

test('a @refetchable fragment on Episode comes again through node(id:)', async (t) => {
  const { episodes } = await ask('{ episodes(first: 1) { nodes { id title } } }');
  const [{ id, title }] = episodes.nodes;
  const { fetch, read } = connect(t);
  const { node } = await fetch('pageEpisodeQuery', { id });
  assert.equal(read('page_episode', node).title, title);
});
