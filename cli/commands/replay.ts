import { isTestAlert } from '../../functions/core/model/wire/alert.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { type ReplayPlan } from '../../functions/core/operator/plan-replay.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { rememberedDigests } from '../records/digest-story.ts';
import { wholeRecordId } from '../records/whole-record-id.ts';
import { notFoundId, wrongUsage } from '../failure.ts';
import { destinationNames, findConfig } from '../config/find-config.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { parseInstant } from '../words/time.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { addToPlan, planFor, type Planned, type ReplayScope } from '../records/replay-plans.ts';

type Options = {
  alert?: string;
  destination?: string;
  since?: string;
  until?: string;
  again?: boolean;
  dryRun?: boolean;
};

const PAGE = 100;
const SHOWN = 50;

export const addReplay: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'replay',
    summary: 'Send stored alerts again where they were not delivered; running it twice sends once',
    examples: [
      'tocsin replay --alert 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
      'tocsin replay --destination siem --since 2h --dry-run',
      'tocsin replay --destination siem --since 2026-01-31T08:00:00Z --until 2026-01-31T10:00:00Z --again',
    ],
    options(command) {
      command
        .option('--alert <id>', 'this alert, to every destination that it is owed to and did not reach')
        .option('--destination <name>', 'only to this destination')
        .option('--since <time>', 'every alert received since: how long ago, or a date')
        .option('--until <time>', 'and up to then (default: now)')
        .option(
          '--again',
          'also what was delivered already, and what was not owed (repeated, never-told): the receiver gets the same delivery id once more',
        )
        .option('--dry-run', 'say what would be sent, and send nothing');
    },
    run: replay,
  });
};

async function replay(session: Session, options: Options): Promise<CommandResult> {
  const { alert, destination, since } = options;
  if (alert === undefined ? destination === undefined || since === undefined : since !== undefined) {
    throw wrongUsage('say what to send again: --alert ID, or --destination NAME with --since TIME');
  }
  const window = windowOf(session, options);
  const gateway = await session.gateway();
  const [destinations, routes, only] = await Promise.all([
    gateway.config.list('destination'),
    gateway.config.list('route'),
    destination === undefined ? undefined : findConfig(gateway.config, 'destination', destination),
  ]);
  const records = rememberedDigests(gateway.records);
  const isAgain = options.again === true;
  const scope = { destinations, routes, only, isAgain, nowMs: session.nowMs, records };
  const { total, take } = senderOf(gateway, options);
  if (alert === undefined) await replayWindow(session, gateway, { ...scope, ...window }, take);
  else {
    const id = await wholeRecordId(session, gateway, alert, ['alert']);
    const found = await gateway.records.alert(id);
    if (found === undefined) throw notFoundId('alert', alert, `${TOCSIN} alerts list`);
    await take([await planFor(found, scope, only === undefined ? 'as-routed' : 'in-any-case')]);
  }
  return {
    ...describeReplay(session, total, destinations, options),
    unreadable: [...destinations.unreadable, ...routes.unreadable],
  };
}

/** `take` sends what plans say, and adds it to `total`. Each delivery is sent once: many alerts may be in one digest. */
function senderOf(gateway: Gateway, { dryRun }: Options) {
  const total: ReplayPlan = { send: [], skipped: [] };
  const taken = new Set<string>();
  return {
    total,
    take: async (plans: Planned[]): Promise<void> => {
      const planned = plans
        .flatMap((plan) => plan.send)
        .filter(({ message }) => !taken.has(message.delivery_id) && taken.add(message.delivery_id));
      if (planned.length > 0 && dryRun !== true) {
        // A delivery is found by the plan of its alert.
        await boundedMap(plans, CALLS_AT_ONCE, async (plan) => addToPlan(plan, gateway));
        await gateway.deliveries.enqueue(planned.map(({ message }) => message));
      }
      total.send.push(...planned);
      total.skipped.push(...plans.flatMap((plan) => plan.skipped));
    },
  };
}

function windowOf(session: Session, { since, until }: Options): { since: string; until: string } {
  const sinceMs = since === undefined ? session.nowMs : parseInstant('--since', since, session.nowMs);
  const untilMs = until === undefined ? session.nowMs : parseInstant('--until', until, session.nowMs);
  if (sinceMs > untilMs) throw wrongUsage('--since is later than --until');
  return { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() };
}

/** Works page by page, so that an interrupted replay has sent whole pages. Run again, it passes over deliveries that have arrived. */
async function replayWindow(
  session: Session,
  { records }: Gateway,
  { since, until, ...scope }: ReplayScope & { since: string; until: string },
  take: (plans: Planned[]) => Promise<void>,
): Promise<void> {
  let after: string | undefined;
  let looked = 0;
  do {
    const page = await records.alerts({ since, until, limit: PAGE, ...(after !== undefined && { after }) });
    const found = await boundedMap(page.items, CALLS_AT_ONCE, async ({ alert }) => records.alert(alert.id));
    // A test is of use only to the operator who asked for it.
    const sent = found
      .filter((one) => one !== undefined)
      .filter(({ routed: { alert } }) => !isTestAlert(alert));
    await take(await boundedMap(sent, CALLS_AT_ONCE, async (one) => planFor(one, scope, 'as-routed')));
    looked += page.items.length;
    if (page.next !== undefined) session.note(`looked at ${looked} alerts`);
    after = page.next;
  } while (after !== undefined);
}

function describeReplay(
  session: Session,
  { send, skipped }: ReplayPlan,
  destinations: ReplayScope['destinations'],
  { dryRun: isDryRun = false }: Options,
): CommandResult {
  const nameOf = destinationNames(destinations);
  const counts: Record<string, number> = {};
  for (const { because } of skipped) counts[because] = (counts[because] ?? 0) + 1;
  const left = Object.entries(counts).map(([because, count]) => `${count} ${because}`);
  const passedOver = left.length === 0 ? '' : `; left alone: ${left.join(', ')}`;
  const json = {
    dry_run: isDryRun,
    [isDryRun ? 'would_send' : 'sent']: send.length,
    skipped: counts,
    deliveries: send.map(({ message, state }) => ({
      id: message.delivery_id,
      alert_id: message.alert_id,
      destination_id: message.destination_id,
      destination: nameOf(message.destination_id),
      ...(message.recipient !== undefined && { recipient: message.recipient }),
      was: state,
      attempt: message.attempt,
      round: message.round,
    })),
  };
  if (send.length === 0) return { json, text: `Nothing to send again${passedOver}` };
  const table = renderTable(
    send.slice(0, SHOWN),
    [
      { title: 'ALERT', value: ({ message }) => inert(message.alert.title), shrinks: true },
      { title: 'DESTINATION', value: ({ message }) => nameOf(message.destination_id), shrinks: true },
      { title: 'WAS', value: ({ state }) => state },
      { title: 'ID', value: ({ message }) => message.delivery_id },
    ],
    session,
  );
  const more = send.length > SHOWN ? `\nand ${send.length - SHOWN} more` : '';
  const sum = isDryRun
    ? `Would send ${send.length} again${passedOver}; run it without --dry-run to send`
    : `${session.paint('green', 'Sent')} ${send.length} again${passedOver}`;
  return { json, text: `${table}${more}\n\n${sum}` };
}
