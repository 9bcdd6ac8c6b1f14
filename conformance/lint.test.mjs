// The contract by the rules of graphql-eslint: what every schema should keep to, and Relay's specification.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import plugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';
import { buildSchema } from 'graphql';

const schema = fileURLToPath(new URL('../schema.graphqls', import.meta.url));

// Types that are part of the entry that holds them, or of the answer, and have no identity of their own.
const values = [
  'AbsorbedEntry', 'Action', 'Affiliation', 'Alias', 'Apart', 'Chapter', 'Community', 'CommunityBridge', 'Contribution',
  'CoSpeaker', 'CredentialProgram', 'Credit', 'DuplicatePair', 'DuplicateReason', 'Effects', 'EntryChange', 'EntryLink',
  'Evidence', 'Facet', 'FacetValue', 'FieldChange', 'Hub', 'Identifier', 'Image', 'ImportCandidate', 'ImportRow',
  'IntroductionHop', 'IntroductionPath', 'IntroductionPaths', 'Island', 'KeptValue', 'LinkHealth', 'LinkReport',
  'Location', 'Mention', 'Network', 'NetworkDownloads', 'NetworkNode', 'NetworkPeriod', 'NetworkSnapshot',
  'NetworkSummary', 'Note', 'Outcome', 'PageInfo', 'Partner', 'PartnerOrganization', 'PossibleTie', 'PurgedEntry',
  'Recording', 'Redirect', 'Registration', 'Representation', 'RepresentationPeriod', 'Share', 'Source', 'TextTrack',
  'ToolkitItem', 'TranscriptPassage', 'UndefinedMeasure', 'UploadedImage', 'Viewer', 'WebLink', 'When',
];

const rules = {
  ...plugin.configs['flat/schema-recommended'].rules,
  ...plugin.configs['flat/schema-relay'].rules,
  // By itself this rule wants a connection for every list, even for the tracks of a recording.
  '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
  // By itself this rule wants an id in every type, even in PageInfo, which by Relay's specification has none.
  '@graphql-eslint/strict-id-in-types': ['error', { exceptions: { suffixes: ['Connection', 'Edge', 'Payload', 'Error'], types: values } }],
};

// no-typename-prefix only compares letters, and has no options: "credited" is no prefix made of the type's name.
// Nodes and edges of a network stand for an entry or a pair of entries in that network alone, a line of the report of links for an address: no
// id would find them again.
const falseAlarms = [
  ...['creditedTitle', 'creditedOrganizations'].map((field) => `no-typename-prefix: Field "${field}" starts with the name of the parent type "Credit"`),
  'no-typename-prefix: Field "share" starts with the name of the parent type "Share"',
  ...Array(3).fill("relay-edge-types: Edge type's field `node` must implement `Node` interface."),
];

test('schema.graphqls keeps the rules', async () => {
  const eslint = new ESLint({
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    overrideConfigFile: true,
    overrideConfig: {
      files: ['*.graphqls'],
      languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema } } },
      plugins: { '@graphql-eslint': plugin },
      rules,
    },
  });
  const [{ messages }] = await eslint.lintFiles([schema]);
  const found = messages.map(({ ruleId, message, line }) => [`${ruleId?.split('/')[1]}: ${message}`, line]);
  const troubles = found.filter(([text]) => !falseAlarms.includes(text)).map(([text, line]) => `line ${line}: ${text}`);
  assert.equal(troubles.length, 0, `${troubles.length} findings:\n${troubles.slice(0, 30).join('\n')}`);
  assert.equal(found.length, falseAlarms.length, 'a false alarm is gone: take it off the list');
});

test('every type that may lack an id is there and lacks one', () => {
  const types = buildSchema(readFileSync(schema, 'utf8'));
  assert.deepEqual(values.filter((name) => !types.getType(name) || types.getType(name).getFields().id), []);
});
