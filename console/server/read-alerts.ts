import type { Hono, HonoRequest } from 'hono';
import * as v from 'valibot';
import { describeTrace } from '../../cli/words/routing.ts';
import { type RoutedAlert, ROUTINGS } from '../../functions/core/model/wire/accepted-alerts.ts';
import { ALERT_STATUSES } from '../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';
import type { AlertPage, AlertStory } from '../api/alerts.ts';
import { READ_PATHS } from '../api/paths.ts';
import { asked, refusal, word } from './problems.ts';
import { checked, given, windowOf, WINDOW } from './read-query.ts';
import { storyDeliveries } from './story-deliveries.ts';
import { timelineOf } from './timeline.ts';
import type { ConsoleWorld } from './world.ts';

/** Fields that may come several times. */
const SEVERAL = {
  source: v.optional(v.array(v.string())),
  status: v.optional(v.array(v.picklist(ALERT_STATUSES))),
  type: v.optional(v.array(v.string())),
  text: v.optional(v.array(v.string())),
  routing: v.optional(v.array(v.picklist(ROUTINGS))),
};
const QUERY = v.object({ ...WINDOW, ...SEVERAL, severity: v.optional(v.picklist(SEVERITIES)) });

function queryOf(request: HonoRequest): v.InferOutput<typeof QUERY> {
  const several = Object.keys(SEVERAL).flatMap((field) => {
    const values = request.queries(field)?.filter((value) => value !== '') ?? [];
    return [[field, values.length === 0 ? undefined : values] as const];
  });
  return checked(QUERY, { ...given(request.query()), ...Object.fromEntries(several) });
}

export function addAlertReads(app: Hono, world: ConsoleWorld): void {
  app.get(READ_PATHS.alerts, async (context) => context.json(await alertPage(world, queryOf(context.req))));
  app.get(`${READ_PATHS.alerts}/:id`, async (context) =>
    context.json(await alertStory(world, context.req.param('id'))),
  );
}

async function alertPage(world: ConsoleWorld, query: v.InferOutput<typeof QUERY>): Promise<AlertPage> {
  const { severity, status, type, text, routing, source } = query;
  const window = windowOf(query, world.clock.now());
  const names = await world.names();
  const sources = source?.map((one) => names.sourceId(one));
  const look = await world.gateway.looks.alerts({
    ...window,
    ...given({
      status,
      type,
      text,
      routing,
      minSeverity: severity,
      ...(sources?.length === 1 ? { sourceId: sources[0] } : { sourceIds: sources }),
    }),
  });
  return {
    alerts: look.items.map((row) => ({
      id: row.id,
      received_at: row.receivedAt,
      severity: row.severity,
      status: row.status,
      type: row.type,
      title: row.title,
      source_id: row.sourceId,
      source_name: names.sourceName(row.sourceId),
      routing: row.routing,
      sent_to: row.sentTo,
    })),
    next: look.next ?? null,
    looked_back_to: look.lookedBackTo,
    since: window.since,
    until: window.until,
  };
}

async function alertStory(world: ConsoleWorld, id: string): Promise<AlertStory> {
  const { gateway, tool } = world;
  const [found, why] = await Promise.all([gateway.records.alert(id), asked(tool, ['why', word(id)])]);
  // The tool knows more than alerts by an id: a request, a delivery, what waits to be routed.
  if (found === undefined) throw refusal('not-stored', why.text);
  const { routed, deliveries } = found;
  const told = await storyDeliveries(world, deliveries, routed.alert.title);
  return {
    alert: routed.alert,
    request_id: routed.request_id ?? null,
    authenticated_by: routed.authenticated_by ?? null,
    routing: routed.routing,
    routed_at: routed.routed_at,
    decisions: decisionsOf(routed, tool),
    deliveries: told,
    timeline: timelineOf(routed, told, world.clock.now()),
    why: why.text,
    commands: {
      why: tool.written(['why', id]),
      replay: tool.written(['replay', '--alert', id]),
      report: tool.written(['audit', 'report', id]),
    },
  };
}

function decisionsOf(
  { trace }: RoutedAlert,
  tool: Pick<ConsoleWorld['tool'], 'complete'>,
): AlertStory['decisions'] {
  return trace.map((one) => ({
    destination_id: one.destination_id,
    destination_name: one.destination_name,
    decision: one.decision,
    because: one.because,
    route: one.route ?? null,
    says: tool.complete(describeTrace(one)),
  }));
}
