// The hub under test, and what the tests of all clients share: HUB_URL=http://127.0.0.1:8080 npm test
import assert from 'node:assert/strict';

if (!process.env.HUB_URL) {
  console.error(
    'HUB_URL is unset: it must be the address of a running hub with the demo content, for example http://127.0.0.1:8080',
  );
  process.exit(1);
}

export const endpoint = new URL('/graphql', process.env.HUB_URL).href;

// The request that each client test begins with: what a partner's page shows.
export const partnerQuery = `
  query Latest($first: Int! = 20) {
    episodes(first: $first) {
      totalCount
      nodes {
        id
        title
        date
        phase
        url
        primaryAction { kind label url }
        appearances {
          id
          role
          creditedName
          creditedTitle
          speaker { id name }
          creditedOrganizations { id name }
        }
        organizations { id name region }
        recordings { kind url duration tracks { kind url } }
        resources { id title kind href }
      }
    }
  }
`;

// Sends one request without any client.
export async function ask(query, variables) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.deepEqual(errors, undefined);
  return data;
}

// Fails the test if it makes a client write a warning or an error.
export function wantSilence(t) {
  const said = [];
  for (const level of ['warn', 'error']) t.mock.method(console, level, (...words) => said.push(words.join(' ')));
  t.after(() => assert.deepEqual(said, []));
}
