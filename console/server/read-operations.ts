import type { Hono } from 'hono';
import * as v from 'valibot';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { remedyOf } from '../../functions/core/system-alerts/failure-remedies.ts';
import type {
  AuditAnswer,
  CanaryState,
  DeadLetterLine,
  DeadLetters,
  FlownCanary,
  SystemState,
} from '../api/operations.ts';
import { READ_PATHS } from '../api/paths.ts';
import { asked, word } from './problems.ts';
import { checked, given } from './read-query.ts';
import type { ConsoleWorld } from './world.ts';

const DAY_MS = 86_400_000;
const AUDIT = v.object({
  since: v.optional(v.string(), '24h'),
  until: v.optional(v.string()),
  destination: v.optional(v.string()),
});

export function addOperationReads(app: Hono, world: ConsoleWorld): void {
  app.get(READ_PATHS.deadLetters, async (context) => context.json(await deadLetters(world)));
  app.get(READ_PATHS.audit, async (context) =>
    context.json(await auditAnswer(world, checked(AUDIT, given(context.req.query())))),
  );
  app.get(READ_PATHS.system, async (context) => context.json(await systemState(world)));
}

async function deadLetters({ tool }: ConsoleWorld): Promise<DeadLetters> {
  const { dead_letters: letters, being_read: beingRead } = (await asked(tool, ['dead-letters', 'list']))
    .json as { dead_letters: DeadLetterLine[]; being_read: number };
  const byReason = Map.groupBy(letters, ({ reason }) => reason);
  const groups = [...byReason].map(([reason, ofReason]) => ({
    reason,
    remedy: remedyOf(reason as Delivery['reason']) ?? null,
    count: ofReason.length,
    oldest_at: ofReason[0]?.sent_at ?? '',
    letters: ofReason,
  }));
  return {
    groups: groups.toSorted((a, b) => b.count - a.count),
    count: letters.length,
    being_read: beingRead,
  };
}

async function auditAnswer(
  { tool }: ConsoleWorld,
  { since, until, destination }: v.InferOutput<typeof AUDIT>,
): Promise<AuditAnswer> {
  const argv = [
    'audit',
    '--since',
    word(since),
    ...(until === undefined ? [] : ['--until', word(until)]),
    ...(destination === undefined ? [] : ['--destination', word(destination)]),
  ];
  const answer = await asked(tool, argv);
  return { ...(answer.json as AuditAnswer), says: answer.text, command: tool.written(argv) };
}

async function systemState(world: ConsoleWorld): Promise<SystemState> {
  const { gateway, tool, clock } = world;
  const [status, sources, destinations] = await Promise.all([
    asked(tool, ['status', '--quick']),
    gateway.config.list('source'),
    gateway.config.list('destination'),
  ]);
  const { queues, mail, canary } = status.json as Pick<SystemState, 'queues' | 'mail'> & {
    canary: Omit<CanaryState, 'flown'> | null;
  };
  const items = [
    ...sources.readable.map(({ id, name }) => ({ kind: 'source' as const, id, name })),
    ...destinations.readable.map(({ id, name }) => ({ kind: 'destination' as const, id, name })),
  ];
  const rotations = await boundedMap(items, CALLS_AT_ONCE, async ({ kind, id, name }) => {
    const last = (await gateway.history.of(kind, id)).findLast(({ what }) => what === 'new secret');
    return last === undefined ? [] : [{ kind, name, at: last.at, by: last.by }];
  });
  return {
    queues,
    mail,
    canary: canary === null ? null : { ...canary, flown: await flownCanaries(world) },
    certificates: destinations.readable.flatMap((destination) =>
      destination.channel === 'webhook' &&
      destination.auth.type === 'mtls' &&
      destination.auth.notAfter !== undefined
        ? [
            {
              destination: destination.name,
              ends_at: destination.auth.notAfter,
              days_left: Math.floor((Date.parse(destination.auth.notAfter) - clock.now()) / DAY_MS),
            },
          ]
        : [],
    ),
    rotations: rotations.flat().toSorted((a, b) => b.at.localeCompare(a.at)),
  };
}

/** The last canaries; empty where the gateway sends none. */
async function flownCanaries({ gateway, tool }: ConsoleWorld): Promise<FlownCanary[]> {
  if (gateway.canary === undefined) return [];
  const { json } = await asked(tool, ['canary', 'list', '--limit', '10']);
  return (json as { canaries: FlownCanary[] }).canaries;
}
