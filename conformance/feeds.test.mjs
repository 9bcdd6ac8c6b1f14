// The documents of lists, as other people's readers take them. They are the golden files of internal/feed, so no hub is asked.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import ICAL from 'ical.js';
import jsonld from 'jsonld';

const folder = new URL('../internal/feed/testdata/', import.meta.url);
const read = (name) => readFile(new URL(name, folder), 'utf8');
const files = await readdir(folder);

test('ical.js reads the calendars and their time zones', async () => {
  const calendars = files.filter((name) => name.endsWith('.ics'));
  assert.ok(calendars.length >= 3);
  const starts = new Map();
  for (const name of calendars) {
    const calendar = new ICAL.Component(ICAL.parse(await read(name)));
    assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
    assert.ok(calendar.getFirstPropertyValue('name'));
    const zones = new Map(
      calendar.getAllSubcomponents('vtimezone').map((zone) => [zone.getFirstPropertyValue('tzid'), new ICAL.Timezone(zone)]),
    );
    for (const component of calendar.getAllSubcomponents('vevent')) {
      const event = new ICAL.Event(component);
      assert.match(event.uid, /^ep_[0-9a-z]+@hub\.example$/);
      assert.ok(event.summary);
      const tzid = component.getFirstProperty('dtstart').getParameter('tzid');
      if (tzid) assert.ok(zones.has(tzid), `${name}: ${tzid} is not described`);
      const time = component.getFirstPropertyValue('dtstart');
      if (tzid) time.zone = zones.get(tzid);
      starts.set(event.summary, time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString());
      assert.ok(event.endDate.compare(event.startDate) >= 0, `${event.summary} ends before it starts`);
    }
  }
  // By the offsets of the zones that the calendars describe, the instants are those that the JSON of the same list tells.
  const { episodes } = JSON.parse(await read('all.json'));
  let compared = 0;
  for (const { title, startsAt } of episodes) {
    if (startsAt && starts.has(title)) {
      assert.equal(Date.parse(starts.get(title)), Date.parse(startsAt), title);
      compared++;
    }
  }
  assert.ok(compared >= 8);
  assert.equal(starts.get('Spring convening'), '2026-05-04');
});

test('JSON-LD expands into schema.org, without a word that it does not define', async () => {
  const documentLoader = async (url) => {
    assert.equal(url, 'https://schema.org');
    // What schema.org serves, as far as it is used here: every word is its own, and these values are addresses.
    const address = { '@type': '@id' };
    const context = { '@vocab': 'http://schema.org/' };
    for (const word of ['url', 'sameAs', 'eventStatus', 'eventAttendanceMode', 'availability', 'contentUrl', 'embedUrl', 'image', 'logo', 'citation']) {
      context[word] = address;
    }
    return { contextUrl: null, documentUrl: url, document: { '@context': context } };
  };
  const documents = files.filter((name) => name.endsWith('.jsonld'));
  assert.ok(documents.length >= 8);
  const types = new Set();
  for (const name of documents) {
    const expanded = await jsonld.expand(JSON.parse(await read(name)), { documentLoader, safe: true });
    assert.equal(expanded.length, 1, name);
    const visit = (thing) => {
      for (const type of thing['@type'] ?? []) types.add(type);
      if ('@id' in thing) assert.match(thing['@id'], /^https?:/, name);
      for (const [word, values] of Object.entries(thing)) {
        if (word.startsWith('@')) continue;
        assert.match(word, /^http:\/\/schema\.org\/[a-z]/i, name);
        for (const value of values) if (typeof value === 'object') visit(value);
      }
    };
    visit(expanded[0]);
  }
  for (const type of ['ItemList', 'EducationEvent', 'EventSeries', 'Person', 'Organization', 'Article', 'VideoObject', 'AudioObject', 'VirtualLocation']) {
    assert.ok(types.has('http://schema.org/' + type), type);
  }
});
