import { expect, it } from 'vitest';
import { sortConfig } from '../../functions/adapters/dynamodb/config-items.ts';
import { readSilenceBook } from '../../functions/adapters/dynamodb/silences.ts';
import { STORED_KINDS } from '../../functions/core/config/stored/kinds.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import { lookedUp } from '../../functions/core/route/look-up.ts';
import { routeAlert } from '../../functions/core/route/route-alert.ts';
import { asRouted } from '../../functions/core/route/routing-configuration.ts';
import { watchConfiguration } from '../../functions/core/watch/watch-configuration.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import { aLookup, anAlert, anInterval, aRoute, aSilence, aWebhook } from '../adapters/records.ts';
import { damages, type Item } from './damages.ts';

/**
 * Every field of what stands between an alert and those who are told (silences, intervals, lookups), damaged in every way, one at
 * a time: no alert without a state, and what cannot be read keeps nothing back and is named.
 */
type Kind = 'silence' | 'interval' | 'lookup';

const AT = Date.parse('2026-01-15T15:00:00.000Z');
/** A Thursday at 23:00 in Berlin. */
const NIGHT = Date.parse('2026-01-15T22:00:00.000Z');
const item = (config: { id: string }, more: Item = {}): Item => ({
  sk: config.id,
  schema_version: 1,
  revision: 1,
  config,
  ...more,
});

const SILENCE = aSilence({
  matcherSets: [
    [
      { name: 'env', operator: '=', value: 'dev' },
      { name: 'team', operator: '=~', value: 'web|db' },
    ],
    [{ name: 'severity', operator: '>=', value: 'info' }],
  ],
});
const LOOKUP = aLookup({
  entries: { web: { owner: 'cleo@example.com', env: 'prod' }, db: { owner: 'dan@example.com' } },
});
const WHOLE: Record<Kind, { id: string }> = { silence: SILENCE, interval: anInterval(), lookup: LOOKUP };

const CASES = [
  [
    'silence: a regular expression that is none',
    'silence',
    item({ ...SILENCE, matcherSets: [[{ name: 'env', operator: '=~', value: '(' }]] } as Silence),
  ] as const,
  ...(Object.entries(WHOLE) as [Kind, { id: string }][]).flatMap(([kind, config]) => [
    ...damages(item(config), ['config']).map(([name, broken]) => [`${kind}: ${name}`, kind, broken] as const),
    [`${kind} of a newer version`, kind, item(config, { schema_version: 2 })] as const,
    [`${kind} without content`, kind, item(config, { config: undefined })] as const,
  ]),
];

/** Each kind of configuration as the router reads it; the damaged item is the only one of its kind. */
function configured(broken: Partial<Record<Kind, Item>>, route: Partial<Route>) {
  const of = (kind: Kind) => (broken[kind] === undefined ? [] : [broken[kind]]);
  return asRouted({
    routes: { readable: [aRoute(route)], unreadable: [] },
    destinations: { readable: [aWebhook()], unreadable: [] },
    silences: sortConfig(STORED_KINDS.silence, of('silence')),
    intervals: sortConfig(STORED_KINDS.interval, of('interval')),
    lookups: sortConfig(STORED_KINDS.lookup, of('lookup')),
  });
}

const alert = (given: Partial<Alert> = {}) => anAlert({ labels: { env: 'dev', team: 'web' }, ...given });

it('covers every kind with more than a hundred damages, and what is whole is read and does what it is for', () => {
  expect(CASES.length).toBeGreaterThan(100);
  const whole = configured(
    { silence: item(SILENCE), interval: item(anInterval()), lookup: item(LOOKUP) },
    { activeIntervalIds: ['int_1'] },
  );
  expect(whole.unreadable).toEqual({ routes: [], destinations: [], others: [] });
  expect(routeAlert(alert(), whole, AT).trace).toMatchObject([{ decision: 'silence' }]);
  expect(routeAlert(alert(), { ...whole, silences: [] }, NIGHT).deliveries[0]?.outside).toMatchObject({
    intervals: ['office-hours'],
  });
  expect(lookedUp(alert(), whole.lookups ?? []).labels).toMatchObject({ owner: 'cleo@example.com' });
});

it.each(CASES)('%s', async (_name, kind, broken) => {
  const hours: Record<string, Partial<Route>> = {
    'active, held': { activeIntervalIds: ['int_1'] },
    'active, dropped': { activeIntervalIds: ['int_1'], outside: 'drop' },
    'muted, dropped': { mutedIntervalIds: ['int_1'], outside: 'drop' },
  };
  const isUnreadable = sortConfig(STORED_KINDS[kind] as never, [broken]).unreadable.length > 0;
  for (const [how, route] of Object.entries(kind === 'interval' ? hours : { always: {} })) {
    const configuration = configured({ [kind]: broken }, route);
    for (const atMs of [AT, NIGHT]) {
      const { deliveries, trace } = routeAlert(alert(), configuration, atMs);
      // A state in any case; and what cannot be read keeps nothing back, now or later.
      expect(deliveries, how).toHaveLength(1);
      if (isUnreadable) {
        expect(trace, how).toMatchObject([{ decision: 'deliver', because: 'route-matched' }]);
        expect(deliveries[0], how).not.toHaveProperty('outside');
        expect(deliveries[0], how).not.toHaveProperty('silence');
      }
      // The lookup adds: nothing that the sender said is lost.
      const { labels } = lookedUp(alert(), configuration.lookups ?? []);
      for (const [name, value] of Object.entries(alert().labels)) {
        expect([labels[name], labels[`exported_${name}`]], how).toContain(value);
      }
      expect(Object.values(labels).every((value) => typeof value === 'string')).toBe(true);
      if (isUnreadable && kind === 'lookup') expect(labels).toEqual(alert().labels);
    }
    if (!isUnreadable) continue;
    // Named, by the same rule for the router, the hourly watch, the lists and `status`.
    expect(configuration.unreadable.others).toMatchObject([{ kind, id: WHOLE[kind].id }]);
    const queued: AcceptedAlerts[] = [];
    await watchConfiguration(configuration.unreadable.others ?? [], {
      alerts: { enqueue: async (accepted) => void queued.push(accepted) },
      clock: { now: () => AT },
      tenantId: 'Tocsin',
    });
    const [told] = queued.flatMap(({ alerts }) => alerts);
    expect(told).toMatchObject({ type: 'tocsin.configuration-unreadable' });
    expect(JSON.stringify(told)).toContain(WHOLE[kind].id);
  }
  if (kind === 'silence') {
    // As the functions that deliver read it.
    const covering = readSilenceBook([broken]).over(alert(), AT);
    if (isUnreadable) expect(covering).toBeUndefined();
    // The list that names no severity covers nothing critical, whatever is left of it.
    const narrow = structuredClone(broken) as { config?: { matcherSets?: unknown[] } };
    if (Array.isArray(narrow.config?.matcherSets)) narrow.config.matcherSets.splice(1);
    const critical = readSilenceBook([narrow]).over(alert({ severity: 'critical' }), AT);
    expect(critical?.matcherSets.flat().some(({ name }) => name === 'severity') ?? true).toBe(true);
  }
});
