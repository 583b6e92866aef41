import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { digestView, digestWord, storiesOf } from '../records/digest-story.ts';
import { notFoundId, wrongUsage } from '../failure.ts';
import { allOf, destinationNames, findIdOf } from '../config/find-config.ts';
import { wholeRecordId } from '../records/whole-record-id.ts';
import { listDigest } from '../records/list-digest.ts';
import { addListOptions, readListOptions, readWord, type ListOptions } from '../records/list-options.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { inert, type Paint } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { MAIL_STATES, hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import { describeFate, describeState } from '../words/views.ts';
import { type Delivery, DELIVERY_STATES } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import { matchesFilter, type DeliveryFilter } from '../../functions/core/operator/delivery-filter.ts';
import type { Page } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = ListOptions & {
  alert?: string;
  digest?: string;
  destination?: string;
  state?: string;
  recipient?: string;
  mailState?: string;
};

export const addDeliveriesList: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'list',
    summary: 'List deliveries, newest first: of an alert, of a digest, of a destination, or of all',
    examples: [
      'tocsin deliveries list --state dead --since 7d',
      'tocsin deliveries list --destination siem --state pending',
      'tocsin deliveries list --recipient ana@example.com --since 30d',
      'tocsin deliveries list --mail-state bounced --since 7d',
      'tocsin deliveries list --digest 3c1b9a54-7f0e-5d2a-8b61-9e4d2c7a1f30',
      'tocsin deliveries list --alert 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
    ],
    options(command) {
      command
        .option('--alert <id>', 'of this alert')
        .option('--digest <id>', 'every alert that this digest tells of; alone, or with --limit and --after')
        .option('--destination <name>', 'to this destination')
        .option('--state <state>', 'sending, pending, delivered, digested, suppressed or dead')
        .option('--recipient <address>', 'mails to this address, or to one that holds these letters')
        .option(
          '--mail-state <state>',
          `mails of which the mail service told last: ${MAIL_STATES.join(', ')}`,
        );
      addListOptions(command);
    },
    async run(session, options) {
      if (options.digest !== undefined) return listDigest(session, options.digest, alone(session, options));
      const query = readQuery(session, options);
      const gateway = await session.gateway();
      const listed = await gateway.config.list('destination');
      // A deleted destination has no name any more, but its deliveries are still found by its id.
      const destinationId =
        options.destination === undefined
          ? undefined
          : await findIdOf(gateway.config, 'destination', options.destination);
      const page =
        options.alert === undefined
          ? await listByDestination(gateway, destinationId, allOf(listed), query)
          : await listByAlert(
              gateway,
              await wholeRecordId(session, gateway, options.alert, ['alert']),
              destinationId,
              query,
            );
      const digests = await storiesOf(page.items, gateway.records, session.nowMs);
      const columns = columnsFor(session, destinationNames(listed), page.items, digests);
      return {
        json: {
          deliveries: page.items.map((row) => withMailState(row, digests)),
          next: options.destination === undefined ? null : (page.next ?? null),
        },
        unreadable: listed.unreadable,
        text:
          page.items.length === 0 && page.next === undefined
            ? describeNone(options, query)
            : `${renderTable(page.items, columns, session)}${describeMore(page, options, query)}`,
      };
    },
  });
};

type Query = { since: string; until: string; limit: number; after?: string } & DeliveryFilter;

/** `--digest` lists all of one digest, so only the options of a page go with it. */
function alone(session: Session, options: Options): ReturnType<typeof readListOptions> {
  const others = Object.keys(options).filter((name) => !['digest', 'limit', 'after'].includes(name));
  if (others.length > 0) {
    throw wrongUsage('--digest: lists all of one digest; it goes with --limit and --after only');
  }
  return readListOptions(session, options);
}

function readQuery(session: Session, options: Options): Query {
  const state = readWord('--state', options.state, DELIVERY_STATES);
  if (options.after !== undefined && options.destination === undefined) {
    throw wrongUsage('--after: goes on within one destination; add --destination, or use --until');
  }
  const mailState = readWord('--mail-state', options.mailState, MAIL_STATES);
  const { recipient } = options;
  return {
    ...readListOptions(session, options),
    ...(state && { state }),
    ...(recipient !== undefined && { recipient }),
    ...(mailState && { mailState }),
  };
}

async function listByAlert(
  gateway: Gateway,
  alertId: string,
  wanted: string | undefined,
  filter: DeliveryFilter,
): Promise<Page<Delivery>> {
  const found = await gateway.records.alert(alertId);
  if (found === undefined) throw notFoundId('alert', alertId, `${TOCSIN} alerts list`);
  return {
    items: found.deliveries.filter(
      (delivery) =>
        (wanted === undefined || delivery.destination_id === wanted) && matchesFilter(delivery, filter),
    ),
  };
}

/** All destinations are asked for a full page each and merged, since the newest ones may all be of one. */
async function listByDestination(
  gateway: Gateway,
  destinationId: string | undefined,
  destinations: readonly { id: string; name: string }[],
  query: Query,
): Promise<Page<Delivery>> {
  if (destinationId !== undefined) return gateway.records.deliveries({ ...query, destinationId });
  const pages = await boundedMap(destinations, CALLS_AT_ONCE, async ({ id }) =>
    gateway.records.deliveries({ ...query, destinationId: id }),
  );
  const merged = pages.flatMap((page) => page.items).sort((a, b) => b.created_at.localeCompare(a.created_at));
  const isCut = merged.length > query.limit || pages.some((page) => page.next !== undefined);
  return { items: merged.slice(0, query.limit), ...(isCut && { next: 'more' }) };
}

function columnsFor(
  session: Session,
  nameOf: (id: string) => string,
  rows: readonly Delivery[],
  digests: ReadonlyMap<string, DigestStory>,
): Column<Delivery>[] {
  const fateOf = (row: Delivery) => {
    const digest = digests.get(row.id);
    return digest === undefined ? describeMail(row) : digestWord(digest);
  };
  // The end of a digest is no more what comes next once it is over.
  const dueAt = ({ state, due_at: due }: Delivery) =>
    state === 'digested' && Date.parse(due ?? '') < session.nowMs ? undefined : due;
  const columns: Column<Delivery>[] = [
    { title: 'CREATED', value: (row) => relativeTime(row.created_at, session.nowMs) },
    { title: 'DESTINATION', value: (row) => nameOf(row.destination_id), shrinks: true },
    { title: 'TO', value: (row) => row.recipient ?? '', shrinks: true, mayDrop: true },
    {
      title: 'STATE',
      // "delivered, but bounced (hard)" must not be cut to "delivered".
      value: (row) => (isLost(row) ? describeMail(row) : describeState(row)),
      paint: (row, text, paint) => paintState(row, text, paint),
      shrinks: true,
      floor: 18,
    },
    { title: 'MAIL', value: (row) => fateOf(row), mayDrop: true },
    { title: 'TRIES', value: (row) => String(row.attempts.length), mayDrop: true },
    { title: 'NEXT', value: (row) => relativeTime(dueAt(row), session.nowMs), mayDrop: true },
    { title: 'ID', value: (row) => row.id },
  ];
  // Columns that no row fills would only push the others together.
  return columns.filter(
    (column) =>
      (column.title !== 'MAIL' || rows.some((row) => fateOf(row) !== '')) &&
      (column.title !== 'TO' || rows.some((row) => row.recipient !== undefined)) &&
      (column.title !== 'NEXT' || rows.some((row) => dueAt(row) !== undefined)),
  );
}

function isLost(row: Delivery): boolean {
  const fate = mailFate(row);
  return fate !== undefined && hasGoneWrong(fate);
}

function describeMail(row: Delivery): string {
  const fate = mailFate(row);
  return fate === undefined ? '' : describeFate(fate);
}

/** The row as JSON, with what it implies. */
function withMailState(row: Delivery, digests: ReadonlyMap<string, DigestStory>): object {
  const digest = digests.get(row.id);
  return {
    ...row,
    mail_state: mailFate(row)?.state ?? null,
    digest: digest === undefined ? null : digestView(digest),
  };
}

function describeNone({ alert }: Options, query: Query): string {
  const where =
    alert === undefined ? ` since ${query.since}; look further back with --since 7d` : ' of that alert';
  return `No deliveries${describeFilter(query)}${where}`;
}

/** How the next page is asked for; empty on the last one. */
function describeMore({ items, next }: Page<Delivery>, { destination }: Options, { since }: Query): string {
  if (next === undefined) return '';
  return destination === undefined
    ? `\n\nMore: add --until ${items.at(-1)?.created_at ?? since}`
    : `\n\nMore: add --after ${next}`;
}

function describeFilter({ state, recipient, mailState }: DeliveryFilter): string {
  return [
    state === undefined ? '' : ` that are ${state}`,
    recipient === undefined ? '' : ` to ${inert(recipient)}`,
    mailState === undefined ? '' : ` with the mail state ${mailState}`,
  ].join('');
}

function paintState(row: Delivery, text: string, paint: Paint): string {
  const { state } = row;
  if (state === 'dead' || isLost(row)) return paint('red', text);
  if (state === 'delivered') return paint('green', text);
  return state === 'pending' || state === 'sending' ? paint('yellow', text) : text;
}
