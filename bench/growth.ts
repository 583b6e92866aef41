/**
 * Row 10: how the router's CPU grows from 1 to 1,000: per delivery with the destinations that an alert goes to, and per
 * alert with the routes that do not match it. The number is the exponent: 0 is none, 1 is as fast as their number.
 *
 * The whole core of the router with what it encodes, as in routes.ts; its calls are left out.
 */
import type { RoutePorts } from '../functions/core/route/route-accepted.ts';
import { aRoute, aWebhook, anAlert } from '../test/adapters/records.ts';
import { encoded, routed, routerWith } from './router-core.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

const { rounds: ROUNDS } = sizes({
  rounds: { usual: 9, smallest: 1 },
});
const MANY = 1_000;
/** Deliveries, or alerts, of one measurement. */
const WORK = 2_000;
const AT_ONCE = 100;

const destinations = (count: number) =>
  Array.from({ length: count }, (_, at) => aWebhook({ id: `dst_${String(at)}`, name: `hook ${String(at)}` }));

function toDestinations(count: number): RoutePorts {
  const all = destinations(count);
  return routerWith({
    routes: [aRoute({ id: 'rte_1', destinationIds: all.map(({ id }) => id), condition: {} })],
    destinations: all,
    unreadable: { routes: [], destinations: [] },
  });
}

/** Only the last matches. */
function pastRoutes(count: number): RoutePorts {
  const others = Array.from({ length: count }, (_, at) =>
    aRoute({
      id: `rte_${String(at)}`,
      name: `team ${String(at)}`,
      destinationIds: ['dst_0'],
      condition: { matchers: [`team="team-${String(at)}"`] },
    }),
  );
  return routerWith({
    routes: [...others, aRoute({ id: 'rte_last', destinationIds: ['dst_0'], condition: {} })],
    destinations: destinations(1),
    unreadable: { routes: [], destinations: [] },
  });
}

let number = 0;
function batches(alerts: number) {
  const all = Array.from({ length: alerts }, () => {
    number += 1;
    return anAlert({
      id: `alert-${String(number)}`,
      title: `Alert ${String(number)}`,
      labels: { team: 'none' },
    });
  });
  return Array.from({ length: Math.ceil(alerts / AT_ONCE) }, (_, at) =>
    all.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}

/** Microseconds of CPU for each delivery of `alerts`. */
async function perDelivery(ports: RoutePorts, alerts: number): Promise<number> {
  const result = await routed(ports, batches(alerts));
  const deliveries = result.alerts.reduce((sum, one) => sum + one.deliveries.length, 0);
  if (deliveries !== WORK)
    throw new Error(`${String(deliveries)} of ${String(WORK)} deliveries were planned`);
  return result.cpuUs / deliveries;
}

/** The exponent of the growth between `one` and `many`, the middle of all rounds. */
async function growth(one: () => Promise<number>, many: () => Promise<number>): Promise<number> {
  for (let at = 0; at < 3; at += 1) {
    await one();
    await many();
  }
  const rounds: { one: number; many: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ one: await one(), many: await many() });
  console.table({
    1: { 'us of CPU': median(rounds.map((round) => round.one)) },
    [MANY]: { 'us of CPU': median(rounds.map((round) => round.many)) },
  });
  return median(rounds.map((round) => Math.log(round.many / round.one) / Math.log(MANY)));
}

const [toOne, toMany] = [toDestinations(1), toDestinations(MANY)];
const byDestinations = await growth(
  () => perDelivery(toOne, WORK),
  () => perDelivery(toMany, WORK / MANY),
);
verdict('row 10: growth of CPU per delivery, from 1 to 1,000 destinations', byDestinations, 0.05);

const [pastOne, pastMany] = [pastRoutes(1), pastRoutes(MANY)];
const byRoutes = await growth(
  () => perDelivery(pastOne, WORK),
  () => perDelivery(pastMany, WORK),
);
verdict('row 10: growth of CPU per alert, from 1 to 1,000 routes that do not match', byRoutes, 0.15);
if (encoded.bytes === 0) throw new Error('nothing was encoded');
