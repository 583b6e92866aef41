import { describe, expect, it } from 'vitest';
import { routeEffect } from '../../../functions/core/operator/route-effect.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { aMailingList, aRoute, aRoutedAlert, aWebhook } from '../../adapters/records.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';

const configured = (...routes: Route[]) => ({
  routes,
  destinations: [aWebhook(), aMailingList()],
  unreadable: { routes: [], destinations: [] },
});
const toNobody = aRoute({ id: 'rte_default', name: 'default', destinationIds: [] });

describe('the effect of a change of routes', () => {
  it('is counted for each destination and for nobody', () => {
    const alerts = [
      aRoutedAlert({ severity: 'critical' }),
      aRoutedAlert(),
      aRoutedAlert({ severity: 'low' }),
    ];
    const after = configured(aRoute({ condition: { matchers: ['severity>=high'] } }), toNobody);
    expect(routeEffect(alerts, configured(), after)).toEqual({
      alerts: 3,
      destinations: [
        {
          id: 'dst_1',
          name: 'hook',
          before: 3,
          after: 2,
          newly: [],
          noLonger: [{ source: 'one', severity: 'low', alerts: 1 }],
        },
        {
          id: 'dst_2',
          name: 'list',
          before: 3,
          after: 0,
          newly: [],
          noLonger: [
            { source: 'one', severity: 'critical', alerts: 1 },
            { source: 'one', severity: 'high', alerts: 1 },
            { source: 'one', severity: 'low', alerts: 1 },
          ],
        },
      ],
      nobody: { before: 0, after: 1 },
    });
  });

  it('says also of equal numbers that they are other alerts, and of a destination that comes or goes', () => {
    const alerts = [aRoutedAlert({ severity: 'high' }), aRoutedAlert({ severity: 'low' })];
    const only = (matcher: string) =>
      aRoute({ destinationIds: ['dst_1'], condition: { matchers: [matcher] } });
    const { destinations } = routeEffect(
      alerts,
      {
        ...configured(only('severity=high'), toNobody),
        destinations: [aWebhook(), aWebhook({ id: 'old', name: 'old' })],
      },
      {
        ...configured(only('severity=low'), toNobody),
        destinations: [aWebhook(), aWebhook({ id: 'new', name: 'new' })],
      },
    );
    expect(destinations).toMatchObject([
      { id: 'dst_1', before: 1, after: 1, newly: [{ severity: 'low' }], noLonger: [{ severity: 'high' }] },
      { id: 'new', before: 0 },
      { id: 'old', before: 0, after: 0 },
    ]);
  });

  it('leaves out what no route decides: system alerts and tests', () => {
    const alerts = [
      aRoutedAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } }),
      aRoutedAlert({
        type: 'tocsin.test',
        source: { id: SYSTEM_SOURCE_ID, name: 'tocsin', format: 'generic' },
      }),
    ];
    expect(routeEffect(alerts, configured(), configured(toNobody))).toMatchObject({
      alerts: 0,
      nobody: { after: 0 },
    });
  });
});
