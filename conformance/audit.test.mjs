// GraphQL over HTTP: status codes, media types and the form of every answer, as graphql-http audits them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditServer } from 'graphql-http';
import { endpoint } from './hub.mjs';

test('every audit of GraphQL over HTTP is ok', async () => {
  const results = await auditServer({ url: endpoint });
  const troubles = results.filter((audit) => audit.status !== 'ok');
  assert.deepEqual(troubles.map(({ id, name, status, reason }) => `${id} ${status}: ${name}: ${reason}`), []);
  assert.equal(results.length, 61);
});
