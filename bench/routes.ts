/**
 * Row 17: CPU of the router per alert with 1,000 routes that have regular expressions / with one.
 *
 * The whole core of the router, with what it sends encoded as for the queues and what it stores as JSON; only the calls are left
 * out, which cost the same with any number of routes. Every title is another one, so that nothing is remembered of it.
 */
import type { RoutePorts } from '../functions/core/route/route-accepted.ts';
import type { RoutingConfiguration } from '../functions/core/route/ports.ts';
import { aWebhook, anAlert, aRoute } from '../test/adapters/records.ts';
import { encoded, routed, routerWith } from './router-core.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

const { rounds: ROUNDS } = sizes({
  rounds: { usual: 9, smallest: 1 },
});
const BATCHES = 20;
const ALERTS = 100;
const ROUTES = 1_000;
const TARGET = 1.5;

function configurationOf(routes: number): RoutingConfiguration {
  return {
    routes: Array.from({ length: routes }, (_, at) =>
      aRoute({
        id: `rte_${String(at)}`,
        name: `team ${String(at)}`,
        destinationIds: ['dst_1'],
        condition: {
          matchers: [
            `team=~"team-${String(at)}-(alpha|beta)"`,
            `title=~".*(disk|memory) of host-${String(at)}-[0-9]+ .*"`,
          ],
        },
      }),
    ),
    destinations: [aWebhook({ id: 'dst_1' })],
    unreadable: { routes: [], destinations: [] },
  };
}

let number = 0;
function aBatch() {
  return Array.from({ length: ALERTS }, () => {
    number += 1;
    return anAlert({
      id: `alert-${String(number)}`,
      title: `The disk of host-0-${String(number)} is full`,
      labels: { team: 'team-0-alpha' },
    });
  });
}

/** Microseconds of CPU for each alert. */
async function cpuPerAlert(ports: RoutePorts): Promise<number> {
  const batches = Array.from({ length: BATCHES }, aBatch);
  const { cpuUs, alerts } = await routed(ports, batches);
  const told = alerts.filter(({ trace }) => trace[0]?.because === 'route-matched').length;
  if (told !== alerts.length || told !== BATCHES * ALERTS)
    throw new Error(`${String(told)} of ${String(BATCHES * ALERTS)} alerts went by their route`);
  return cpuUs / told;
}

const [one, many] = [routerWith(configurationOf(1)), routerWith(configurationOf(ROUTES))];
// Compiled once for a version of the configuration, and warm.
for (const ports of [one, many]) for (let at = 0; at < 3; at += 1) await cpuPerAlert(ports);
const measured: { one: number; many: number }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  measured.push({ one: await cpuPerAlert(one), many: await cpuPerAlert(many) });
}
console.table({
  'one route': { 'us per alert': median(measured.map((round) => round.one)) },
  [`${String(ROUTES)} routes`]: { 'us per alert': median(measured.map((round) => round.many)) },
});
verdict(
  'row 17: CPU of the router per alert with 1,000 routes / with one',
  median(measured.map((round) => round.many / round.one)),
  TARGET,
);
if (encoded.bytes === 0) throw new Error('nothing was encoded');
