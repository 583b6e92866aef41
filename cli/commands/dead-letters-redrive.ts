import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand, collected } from '../command.ts';
import { deadLetterColumns, deadLetterView } from '../records/dead-letter-view.ts';
import { wrongUsage } from '../failure.ts';
import { destinationNames, findIdOf } from '../config/find-config.ts';
import { renderTable } from '../screen/table.ts';
import { parseInstant } from '../words/time.ts';
import { queuesOf } from '../../functions/core/model/config/manifest.ts';
import { redriveAll } from '../../functions/core/operator/redrive-all.ts';
import { describeHidden, readAllLetters, readByNobodyElse } from '../records/read-dead-letters.ts';
import type { DeadLetter, DeadLetterQueueId } from '../../functions/core/model/wire/dead-letter.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

type Options = {
  all?: boolean;
  destination?: string;
  reason?: string;
  since?: string;
  letter?: string[];
  dryRun?: boolean;
};

/** Long enough to move thousands one by one; letters that are not chosen are released at once. */
const READ_SECONDS = 300;

export const addDeadLettersRedrive: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'redrive',
    summary: 'Move dead letters back to their queues, all or a selection; doing it twice sends nothing twice',
    examples: [
      'tocsin dead-letters redrive --all',
      'tocsin dead-letters redrive --destination siem --dry-run',
      'tocsin dead-letters redrive --reason receiver-unreachable --since 2h',
    ],
    options(command) {
      command
        .option('--all', 'everything in every dead-letter queue')
        .option('--destination <name>', 'only what is for this destination')
        .option('--reason <reason>', 'only what is dead for this reason, for example receiver-unreachable')
        .option('--since <time>', 'only what died since: how long ago, or a date')
        .option(
          '--letter <id>',
          'only the letter with this message_id, as dead-letters list --json names it; may be given several times',
          collected,
        )
        .option('--dry-run', 'say what would move, and move nothing');
    },
    async run(session, options) {
      const isSelection = [options.destination, options.reason, options.since, options.letter].some(
        (value) => value !== undefined,
      );
      if ((options.all === true) === isSelection) {
        throw wrongUsage(
          isSelection
            ? '--all excludes --destination, --reason, --since and --letter'
            : 'say what to move: --all, or a selection with --destination, --reason, --since or --letter',
        );
      }
      const sinceMs =
        options.since === undefined ? undefined : parseInstant('--since', options.since, session.nowMs);
      const gateway = await session.gateway();
      if (options.all === true && options.dryRun !== true) return redriveEverything(session, gateway);
      const destinationId =
        options.destination === undefined
          ? undefined
          : await findIdOf(gateway.config, 'destination', options.destination);
      const isChosen = (letter: DeadLetter): boolean =>
        (destinationId === undefined || letter.delivery?.destination_id === destinationId) &&
        (options.reason === undefined || letter.reason === options.reason) &&
        (options.letter === undefined || options.letter.includes(letter.messageId)) &&
        (sinceMs === undefined || Date.parse(letter.sentAt) >= sinceMs);
      return redriveChosen(session, gateway, isChosen, options);
    },
  });
};

async function redriveEverything(session: Session, gateway: Gateway): Promise<CommandResult> {
  await readByNobodyElse(session, gateway.deadLetters);
  const moved = await redriveAll(gateway.deadLetters, READ_SECONDS);
  const left = await gateway.deadLetters.hidden();
  const byQueue = Object.fromEntries(
    Object.keys(queuesOf(gateway.manifest)).map((id) => [id, moved[id as DeadLetterQueueId] ?? 0]),
  );
  const total = Object.values(moved).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(moved).flatMap(([queue, count]) => (count > 0 ? [`${queue} ${count}`] : []));
  return {
    json: { dry_run: false, moved: total, by_queue: byQueue, being_read: left },
    text:
      total === 0
        ? `No dead letters: nothing was moved${describeHidden(left)}`
        : `${session.paint('green', 'Moved')} ${total} back (${parts.join(', ')})${describeHidden(left)}`,
  };
}

/**
 * Everything is read before anything is moved: a letter that dies again at once must not be met a second time.
 * Letters that are not moved become visible again, also when a move fails.
 */
async function redriveChosen(
  session: Session,
  gateway: Gateway,
  isChosen: (letter: DeadLetter) => boolean,
  { dryRun: isDryRun = false }: Options,
): Promise<CommandResult> {
  const { deadLetters } = gateway;
  const unmoved = new Set<DeadLetter>();
  const chosen: DeadLetter[] = [];
  try {
    for await (const letter of readAllLetters(session, deadLetters, READ_SECONDS)) {
      unmoved.add(letter);
      if (isChosen(letter)) chosen.push(letter);
    }
    for (const letter of isDryRun ? [] : chosen) {
      await deadLetters.redrive(letter);
      unmoved.delete(letter);
    }
  } finally {
    await boundedMap([...unmoved], CALLS_AT_ONCE, async (letter) => deadLetters.release(letter));
  }
  const left = await deadLetters.hidden();
  const nameOf = destinationNames(await gateway.config.list('destination'));
  const json = {
    dry_run: isDryRun,
    [isDryRun ? 'would_move' : 'moved']: chosen.length,
    being_read: left,
    dead_letters: chosen.map((letter) => deadLetterView(letter, nameOf)),
  };
  if (chosen.length === 0) {
    return { json, text: `No dead letter matches: nothing was moved${describeHidden(left)}` };
  }
  const table = renderTable(chosen, deadLetterColumns(nameOf, session.nowMs), session);
  const sum = isDryRun
    ? `Would move ${chosen.length}; run it again without --dry-run to move`
    : `${session.paint('green', 'Moved')} ${chosen.length} back`;
  return { json, text: `${table}\n\n${sum}${describeHidden(left)}` };
}
