import { describe, expect, it } from 'vitest';
import { DEFAULT_ROUTE_ID, type Route } from '../../../functions/core/model/config/route.ts';
import type { UnreadableRoute } from '../../../functions/core/model/config/unreadable-config.ts';
import { compiledRoutes, isUnreadable } from '../../../functions/core/route/compiled-routes.ts';
import type { RoutingConfiguration } from '../../../functions/core/route/ports.ts';
import { anAlert, anInterval, aRoute, aSilence } from '../../adapters/records.ts';

const damaged = (given: Partial<UnreadableRoute> = {}): UnreadableRoute => ({
  kind: 'route',
  id: 'rte_9',
  problem: 'destinationIds is missing',
  destinationIds: ['dst_1'],
  condition: {},
  ...given,
});

function configuration(
  routes: Route[],
  given: Partial<RoutingConfiguration> & { damaged?: UnreadableRoute[] } = {},
): RoutingConfiguration {
  const { damaged: unreadable = [], ...rest } = given;
  return { routes, destinations: [], unreadable: { routes: unreadable, destinations: [] }, ...rest };
}

const ids = (routes: { id: string }[]) => routes.map(({ id }) => id);
const high = aRoute({ id: 'rte_high', condition: { minSeverity: 'high' } });
const web = aRoute({ id: 'rte_web', condition: { labels: { team: 'web' } } });

describe('the routes of a configuration', () => {
  it('match by every part of their condition, in their order', () => {
    const routes = compiledRoutes(configuration([web, high]));
    expect(ids(routes.matching(anAlert({ severity: 'high', labels: { team: 'web' } })))).toEqual([
      'rte_web',
      'rte_high',
    ]);
    expect(ids(routes.matching(anAlert({ severity: 'low' })))).toEqual([]);
  });

  it('match only while they are enabled', () => {
    const routes = compiledRoutes(configuration([{ ...high, isEnabled: false }]));
    expect(routes.matching(anAlert({ severity: 'critical' }))).toEqual([]);
  });

  it('keep the default route apart, which cannot be disabled', () => {
    const fallback = aRoute({ id: DEFAULT_ROUTE_ID, isEnabled: false });
    const routes = compiledRoutes(configuration([high, fallback]));
    expect(routes.fallback).toBe(fallback);
    expect(ids(routes.matching(anAlert({ severity: 'high' })))).toEqual(['rte_high']);
  });

  it('have no default route until it is pointed elsewhere', () => {
    expect(compiledRoutes(configuration([high])).fallback).toBeUndefined();
  });

  it('may have matched where one cannot be read, by what of its condition can', () => {
    const unreadable = damaged({ condition: { minSeverity: 'high' } });
    const routes = compiledRoutes(configuration([], { damaged: [unreadable] }));
    expect(routes.perhaps(anAlert({ severity: 'high' }))).toEqual([unreadable]);
    expect(routes.perhaps(anAlert({ severity: 'low' }))).toEqual([]);
    expect(routes.matching(anAlert({ severity: 'high' }))).toEqual([]);
  });

  it('have the default route as their last, too, where that is what cannot be read', () => {
    const unreadable = damaged({ id: DEFAULT_ROUTE_ID });
    const routes = compiledRoutes(configuration([], { damaged: [unreadable] }));
    expect(routes.fallback).toBe(unreadable);
    expect(routes.perhaps(anAlert())).toEqual([]);
    expect([unreadable, high].map(isUnreadable)).toEqual([true, false]);
  });
});

describe('routes that were compiled', () => {
  it('serve the next reading of the same configuration', () => {
    const first = compiledRoutes(configuration([high]));
    expect(compiledRoutes(configuration([structuredClone(high)]))).toBe(first);
  });

  it.each<[string, RoutingConfiguration]>([
    ['route', configuration([{ ...high, isEnabled: false }])],
    ['damaged route', configuration([high], { damaged: [damaged()] })],
    ['silence', configuration([high], { silences: [aSilence()] })],
    ['interval', configuration([high], { intervals: [anInterval()] })],
  ])('do not outlive a change of a %s', (_kind, changed) => {
    const first = compiledRoutes(configuration([high]));
    expect(compiledRoutes(changed)).not.toBe(first);
  });
});
