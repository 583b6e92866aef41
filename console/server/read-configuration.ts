import type { Hono } from 'hono';
import * as v from 'valibot';
import { sourceCurlWithoutSecret } from '../../cli/source/curl.ts';
import { breakerView } from '../../cli/words/breaker.ts';
import { sourceStatusView } from '../../cli/words/source-status.ts';
import { unreadableView } from '../../cli/words/unreadable.ts';
import { describeTarget, destinationView, ingestUrl, sourceView } from '../../cli/words/views.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { UnreadableConfig } from '../../functions/core/model/config/unreadable-config.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import type { SourceHealth } from '../../functions/core/model/wire/source-health.ts';
import { sourceStatus } from '../../functions/core/operator/source-status.ts';
import type {
  DestinationLine,
  DestinationList,
  DestinationStory,
  Explained,
  RouteList,
  SilenceList,
  SourceLine,
  SourceList,
  SourceStatusView,
  SourceStory,
  Unreadable,
} from '../api/configuration.ts';
import { EXPLAIN_PATH, READ_PATHS } from '../api/paths.ts';
import { asked, refusal, word } from './problems.ts';
import { checked } from './read-query.ts';
import type { ConsoleWorld } from './world.ts';

const DAY_MS = 86_400_000;
const LAST_ANSWERS = 20;
const EXPLAIN = v.object({ source: v.string(), payload: v.string(), at: v.optional(v.string()) });

export function addConfigurationReads(app: Hono, world: ConsoleWorld): void {
  app.get(READ_PATHS.sources, async (context) => context.json(await sourceList(world)));
  app.get(`${READ_PATHS.sources}/:name`, async (context) =>
    context.json(await sourceStory(world, context.req.param('name'))),
  );
  app.get(READ_PATHS.destinations, async (context) => context.json(await destinationList(world)));
  app.get(`${READ_PATHS.destinations}/:name`, async (context) =>
    context.json(await destinationStory(world, context.req.param('name'))),
  );
  app.get(READ_PATHS.routes, async (context) => context.json(await routeList(world)));
  app.get(READ_PATHS.silences, async (context) => context.json(await silenceList(world)));
  app.post(EXPLAIN_PATH, async (context) =>
    context.json(await explained(world, checked(EXPLAIN, await context.req.json()))),
  );
}

async function sourceList({ gateway, clock, tool }: ConsoleWorld): Promise<SourceList> {
  const { readable, unreadable } = await gateway.config.list('source');
  const health =
    readable.length === 0
      ? new Map<string, SourceHealth>()
      : await gateway.sourceHealth.read(readable.map(({ id }) => id));
  return {
    sources: readable
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((source) => sourceLine(source, health.get(source.id), { gateway, clock, tool })),
    unreadable: unreadable.map(unreadableLine),
  };
}

function sourceLine(
  source: Source,
  health: SourceHealth | undefined,
  { gateway, clock, tool }: Pick<ConsoleWorld, 'gateway' | 'clock' | 'tool'>,
): SourceLine {
  const status = sourceStatusView(source, sourceStatus(source, health, clock.now()));
  return {
    ...(sourceView(source, gateway.manifest) as Omit<SourceLine, 'status'>),
    status: completed(status, tool) as SourceStatusView,
  };
}

async function sourceStory(world: ConsoleWorld, name: string): Promise<SourceStory> {
  const { gateway, tool } = world;
  const [shown, status] = await Promise.all([
    asked(tool, ['source', 'show', word(name)]),
    asked(tool, ['source', 'status', word(name)]),
  ]);
  const source = await gateway.config.find('source', name);
  if (source === undefined) throw refusal('not-found', `no source is called ${JSON.stringify(name)}`);
  return {
    source: shown.json as SourceStory['source'],
    status: status.json as SourceStatusView,
    schemas:
      source.schemas === undefined
        ? null
        : { is_strict: source.schemas.isStrict, documents: source.schemas.documents },
    curl: sourceCurlWithoutSecret({ ...source, url: ingestUrl(gateway.manifest, source) }),
    commands: {
      test: tool.written(['source', 'test', source.name]),
      rotate: tool.written(['source', 'rotate', source.name]),
      status: tool.written(['source', 'status', source.name]),
    },
  };
}

async function destinationList({ gateway, clock }: ConsoleWorld): Promise<DestinationList> {
  const { readable, unreadable } = await gateway.config.list('destination');
  const webhooks = readable.filter(({ channel }) => channel === 'webhook').map(({ id }) => id);
  const health = await gateway.looks.endpoints(webhooks);
  return {
    destinations: readable
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((destination) => destinationLine(destination, health.get(destination.id), clock.now())),
    unreadable: unreadable.map(unreadableLine),
  };
}

function destinationLine(
  destination: Destination,
  health: EndpointHealth | undefined,
  nowMs: number,
): DestinationLine {
  const view = destinationView(destination) as Omit<DestinationLine, 'to' | 'breaker' | 'min_severity'>;
  return {
    ...view,
    min_severity: destination.minSeverity ?? null,
    to: describeTarget(destination),
    breaker: destination.channel === 'webhook' ? breakerView(health, nowMs) : null,
  };
}

async function destinationStory(world: ConsoleWorld, name: string): Promise<DestinationStory> {
  const { gateway, tool, clock } = world;
  const nowMs = clock.now();
  const destination = await gateway.config.find('destination', name);
  const shown = await asked(tool, ['destination', 'show', word(name)]);
  if (destination === undefined)
    throw refusal('not-found', `no destination is called ${JSON.stringify(name)}`);
  const [health, recent] = await Promise.all([
    gateway.looks.endpoints([destination.id]),
    gateway.looks.deliveries({
      destinationId: destination.id,
      since: new Date(nowMs - DAY_MS).toISOString(),
      until: new Date(nowMs).toISOString(),
      limit: LAST_ANSWERS,
    }),
  ]);
  const answers = recent.items.flatMap((delivery) =>
    delivery.attempts.map((attempt) => ({
      delivery_id: delivery.id,
      alert_id: delivery.alert_id,
      at: attempt.started_at,
      outcome: attempt.outcome,
      status: attempt.status ?? null,
      reason: attempt.reason ?? null,
      detail: attempt.detail ?? null,
      duration_ms: attempt.duration_ms,
      excerpt: attempt.response_excerpt ?? null,
    })),
  );
  return {
    destination: {
      ...(shown.json as Record<string, unknown>),
      ...destinationLine(destination, health.get(destination.id), nowMs),
    },
    last_answers: answers.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, LAST_ANSWERS),
    commands: {
      test: tool.written(['destination', 'test', destination.name]),
      rotate: tool.written(['destination', 'rotate', destination.name]),
      show: tool.written(['destination', 'show', destination.name]),
    },
  };
}

async function routeList({ tool }: ConsoleWorld): Promise<RouteList> {
  const { routes, unreadable } = (await asked(tool, ['route', 'list'])).json as {
    routes: { id: string; name: string; is_enabled?: boolean; when: string; told: string }[];
    unreadable: Unreadable[];
  };
  return {
    routes: routes.map((route) => ({ ...route, is_enabled: route.is_enabled ?? true })),
    unreadable,
  };
}

async function silenceList({ tool }: ConsoleWorld): Promise<SilenceList> {
  const { silences, unreadable } = (await asked(tool, ['silence', 'list', '--all'])).json as SilenceList;
  return { silences, unreadable };
}

async function explained(
  { tool }: ConsoleWorld,
  { source, payload, at }: v.InferOutput<typeof EXPLAIN>,
): Promise<Explained> {
  const argv = [
    'route',
    'explain',
    '-',
    '--source',
    word(source),
    ...(at === undefined ? [] : ['--at', word(at)]),
  ];
  const answer = await asked(tool, argv, payload);
  return { ...(answer.json as Explained), says: answer.text };
}

const unreadableLine = (item: UnreadableConfig): Unreadable => unreadableView(item) as Unreadable;

/** A document whose hints are commands that can be pasted. */
function completed(document: object, { complete }: Pick<ConsoleWorld['tool'], 'complete'>): unknown {
  return JSON.parse(complete(JSON.stringify(document)));
}
