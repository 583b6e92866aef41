import { describe, expect, it } from 'vitest';
import { besideConfig, sortConfig } from '../../../functions/adapters/dynamodb/config-items.ts';
import { STORED_KINDS } from '../../../functions/core/config/stored/kinds.ts';
import type { ConfigKind } from '../../../functions/core/model/config/unreadable-config.ts';
import { aMailingList, anInterval, aRoute, aSilence, aSource, aWebhook } from '../records.ts';
import { WHOLE_ITEMS } from '../whole-items.ts';

/**
 * Every field of every kind of item, as the tool writes it, lost or emptied by hand, one at a time: the item is named as one that
 * cannot be read, or the field is one of those that change nothing.
 */
type Item = Record<string, unknown>;

/** What may be lost without a word, and why. */
const CHANGES_NOTHING: Record<string, string> = {
  'secretVersion lost': 'a changed secret is seen a few minutes later',
  'pausedBecause lost': 'the destination stays disabled',
  'timeZone lost': 'mails say the time in UTC alone',
  'auth.topics.0 lost': 'less is taken, and who sends it is told 401',
  'auth.topics.1 lost': 'the same',
  'entries.web.owner lost': 'its other label is added as before',
  'entries.web.team lost': 'the same',
};

const LOSSES: Record<string, (value: unknown) => unknown> = {
  lost: () => undefined,
  'emptied as a list': () => [],
  'emptied as an object': () => ({}),
  'emptied as a text': () => '',
};

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, field]) => pathsOf(field, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

function without(config: Item, path: readonly string[], becomes: unknown): Item {
  const copy = structuredClone(config);
  const at = path.slice(0, -1).reduce<Item>((value, name) => value[name] as Item, copy);
  const last = path.at(-1) ?? '';
  if (becomes !== undefined) at[last] = becomes;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

function unreadable(kind: ConfigKind, config: Item, beside: Item, id: string) {
  return sortConfig(STORED_KINDS[kind] as never, [
    { sk: id, schema_version: 1, revision: 1, config, ...beside },
  ]).unreadable;
}

describe.each(WHOLE_ITEMS)('%s', (_what, kind, config) => {
  const beside = besideConfig(kind, config);

  it('is read as it is written', () => {
    expect(unreadable(kind, config, beside, config.id)).toEqual([]);
  });

  it('is never read as more than was written', () => {
    const silent: string[] = [];
    for (const path of pathsOf(config)) {
      for (const [how, loss] of Object.entries(LOSSES)) {
        const found = unreadable(kind, without(config, path, loss(path)), beside, config.id);
        if (found.length === 0) silent.push(`${path.join('.')} ${how}`);
      }
    }
    expect(silent.filter((name) => CHANGES_NOTHING[name] === undefined)).toEqual([]);
  });
});

it('lets nothing be lost that no item has', () => {
  const fields = WHOLE_ITEMS.flatMap(([, , config]) =>
    pathsOf(config).map((path) => `${path.join('.')} lost`),
  );
  expect(fields).toEqual(expect.arrayContaining(Object.keys(CHANGES_NOTHING)));
});

it('takes a silence over everything for what it is, where somebody wrote it', () => {
  const everything = aSilence({ matcherSets: [[]] });
  expect(unreadable('silence', everything, besideConfig('silence', everything), everything.id)).toEqual([]);
});

describe('an expression that is stored', () => {
  const matcher = (operator: '=~' | '>=' | '=', value: string, name = 'team') =>
    aSilence({ matcherSets: [[{ name, operator, value }]] });

  it.each([
    ['matcher of a route', 'route', aRoute({ condition: { matchers: ['team=~"("'] } })],
    ['matcher of a route without order', 'route', aRoute({ condition: { matchers: ['team>=high'] } })],
    ['matcher of a silence', 'silence', matcher('=~', '(')],
    ['severity of a silence', 'silence', matcher('>=', 'zzz', 'severity')],
    ['matcher of a silence without order', 'silence', matcher('>=', 'high')],
    ['status of a silence', 'silence', matcher('=', 'over', 'status')],
    ['interval', 'interval', anInterval({ times: 'mon-zzz 08:00-18:00' })],
    ['path of a mapping', 'source', mapped({ title: 'a..b' })],
    ['field of a mapping', 'source', mapped({ zzz: 'a.b' })],
    ['envelope', 'source', aSource({ envelope: 'detail..findings' })],
    ['record inside of an envelope', 'source', aSource({ unwrap: 'rot13:message.data' })],
    ['host of links', 'source', aSource({ linkHosts: ['*.com'] })],
    ['field of a dedup key', 'source', aSource({ dedupBy: ['severity'] })],
    ['schema', 'source', aSource({ schemas: { documents: ['['], isStrict: true } })],
    ['time of a calendar', 'source', calendar('25:00', 'UTC')],
    ['zone of a calendar', 'source', calendar('08:00', 'Europe/Nowhere')],
    [
      'address',
      'destination',
      aMailingList({ recipients: [{ address: 'a@example.com\r\nBcc: b@example.com', role: 'it_admin' }] }),
    ],
    ['schemas without any', 'source', aSource({ schemas: { documents: [], isStrict: true } })],
    ['template', 'destination', aWebhook({ format: 'template', template: '{"text": {{title}}}' })],
    ['header', 'destination', aWebhook({ customHeaderNames: ['X Key'] })],
    ['header of our own', 'destination', aWebhook({ customHeaderNames: ['webhook-signature'] })],
    ['time zone', 'destination', aMailingList({ timeZone: 'Europe/Nowhere' })],
  ] as const)('%s and is none is named, by what reads a list as by the router', (_name, kind, config) => {
    const [found] = unreadable(kind, config, {}, config.id);
    expect(found).toMatchObject({ kind, id: config.id });
    expect(found?.problem).not.toBe('');
  });
});

function mapped(fields: object) {
  return aSource({
    format: 'mapping',
    mapping: { fields, severityScale: 'words', resolvedWhen: [] },
  });
}

function calendar(from: string, timeZone: string) {
  return aSource({
    noDataAlarm: { afterSeconds: 900, calendar: { days: ['mon'], from, to: '18:00', timeZone } },
  });
}
