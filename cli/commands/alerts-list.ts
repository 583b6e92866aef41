import { isEnded, SYSTEM_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { requestView } from '../records/explain-id.ts';
import { findIdOf, findLocated } from '../config/find-config.ts';
import { addListOptions, readListOptions, readWord, type ListOptions } from '../records/list-options.ts';
import { paintSeverity } from '../screen/severity-style.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { AlertQuery, ConfigStore, Page } from '../../functions/core/operator/ports.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = ListOptions & {
  source?: string;
  severity?: string;
  type?: string;
  state?: string;
  text?: string;
};

const STATES = ['firing', 'resolved', 'dismissed', 'unrouted', 'dead'] as const;
/** Routing takes less, as a rule. */
const USUAL_MS = 5_000;
/** The words for alerts without a number of deliveries. */
const SENT_TO: Partial<Record<RoutedAlert['routing'], string>> = { unrouted: 'nobody', dead: 'dead' };

/** How many deliveries were decided, without what a silence or an interval kept back; the reason where all of them were. */
function sentTo({ routing, deliveries }: RoutedAlert): string {
  const sent = deliveries.filter(({ silence, outside }) => silence === undefined && outside === undefined);
  if (sent.length > 0 || deliveries.length === 0) return SENT_TO[routing] ?? String(sent.length);
  if (deliveries.some(({ outside }) => outside?.until !== undefined)) return 'held';
  return deliveries.some(({ silence }) => silence !== undefined) ? 'silenced' : 'dropped';
}

export const addAlertsList: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'list',
    summary: 'List and search the alerts, newest first',
    examples: [
      'tocsin alerts list --since 2h --severity high',
      'tocsin alerts list --source ci --text "private key"',
      'tocsin alerts list --state unrouted --since 7d',
      "tocsin alerts list --type 'github.*'",
    ],
    options(command) {
      command
        .option('--source <name>', 'of this source; Tocsin for alerts about the gateway itself')
        .option('--severity <severity>', 'this severity and above: info, low, medium, high or critical')
        .option('--type <glob>', "of this type; 'github.*' is every type that begins so")
        .option(
          '--state <state>',
          'firing, resolved, dismissed, unrouted (nobody was told) or dead (no router could take it)',
        )
        .option('--text <text>', 'with this text in title, description, details or labels');
      addListOptions(command);
    },
    async run(session, options) {
      const { config, records } = await session.gateway();
      const query = await readQuery(session, options, config);
      const page = await records.alerts(query);
      const waiting = isNarrow(query) ? [] : waitingIn(query, await records.openRequests());
      return {
        json: {
          alerts: page.items.map(alertView),
          next: page.next ?? null,
          waiting: waiting.map(requestView),
        },
        text: describeOpen(waiting, session.nowMs) + describePage(page, query, session),
      };
    },
  });
};

async function readQuery(session: Session, options: Options, config: ConfigStore): Promise<AlertQuery> {
  const window = readListOptions(session, options);
  const minSeverity = readWord('--severity', options.severity, SEVERITIES);
  const state = readWord('--state', options.state, STATES);
  const sourceId = options.source === undefined ? undefined : await findSourceId(config, options.source);
  return {
    ...window,
    ...(sourceId !== undefined && { sourceId }),
    ...(minSeverity !== undefined && { minSeverity }),
    ...(options.type !== undefined && { type: options.type }),
    ...(state === 'unrouted' || state === 'dead'
      ? { routing: state }
      : state !== undefined && { status: state }),
    ...(options.text !== undefined && { text: options.text }),
  };
}

/** A waiting request has no severity, type or text yet, and the first page of a list has told of it. */
function isNarrow({ sourceId: _sourceId, ...query }: AlertQuery): boolean {
  return query.after !== undefined || isFiltered(query);
}

function isFiltered({ sourceId, minSeverity, type, routing, status, text }: AlertQuery): boolean {
  return [sourceId, minSeverity, type, routing, status, text].some((value) => value !== undefined);
}

function waitingIn(
  { sourceId, since, until }: AlertQuery,
  requests: readonly RequestStory[],
): RequestStory[] {
  return requests.filter(
    ({ request }) =>
      (sourceId === undefined || request.sourceId === sourceId) &&
      request.receivedAt >= since &&
      request.receivedAt <= until,
  );
}

function describePage({ items, next }: Page<RoutedAlert>, query: AlertQuery, session: Session): string {
  if (items.length === 0 && next === undefined) {
    const matching = isFiltered(query) ? ' that match' : '';
    return `No alerts since ${query.since}${matching}. Look further back with --since 7d, or send one with the curl that source create prints.`;
  }
  const more = next === undefined ? '' : `\n\nMore: add --after ${next}`;
  return `${renderTable(items, columnsAt(session.nowMs), session)}${more}`;
}

function columnsAt(nowMs: number): Column<RoutedAlert>[] {
  return [
    { title: 'RECEIVED', value: ({ alert }) => relativeTime(alert.received_at, nowMs) },
    {
      title: 'SEVERITY',
      value: ({ alert }) => alert.severity,
      paint: ({ alert }, text, paint) => paintSeverity(alert.severity, text, paint),
    },
    { title: 'SOURCE', value: ({ alert }) => alert.source.name, shrinks: true, mayDrop: true },
    {
      title: 'TITLE',
      value: ({ alert }) => (isEnded(alert) ? `${alert.status}: ${alert.title}` : alert.title),
      shrinks: true,
    },
    {
      title: 'SENT TO',
      value: sentTo,
      paint: (row, text, paint) =>
        sentTo(row) === String(row.deliveries.length) ? text : paint('yellow', text),
    },
    { title: 'ID', value: ({ alert }) => alert.id },
  ];
}

/** The lines above the table about alerts that were accepted and are not in it; empty in the usual moment. */
function describeOpen(waiting: readonly RequestStory[], nowMs: number): string {
  const lines = waiting
    .filter(({ request, isLost }) => isLost || nowMs - Date.parse(request.receivedAt) > USUAL_MS)
    .map(({ request, alerts, isLost }) => {
      const count = alerts.filter(({ routing }) => routing === 'waiting').length;
      const what = isLost ? 'lost: neither stored nor in any queue' : 'waiting to be routed';
      return `${count} accepted ${relativeTime(request.receivedAt, nowMs)}, ${what}: ${TOCSIN} why ${request.requestId}`;
    });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

/**
 * A deleted source has no name any more, but its alerts are still found by its id. System alerts are told as those of the source
 * "Tocsin", which is no source that anybody created, unless somebody did.
 */
async function findSourceId(config: ConfigStore, name: string): Promise<string> {
  if (name === SYSTEM_SOURCE_ID) return name;
  const isSystem =
    name.toLowerCase() === SYSTEM_SOURCE_ID && (await findLocated(config, 'source', name)) === undefined;
  return isSystem ? SYSTEM_SOURCE_ID : findIdOf(config, 'source', name);
}

/** The alert as stored, with the router's verdict beside it. */
function alertView(row: RoutedAlert): object {
  return { ...row.alert, routing: row.routing, routed_at: row.routed_at, deliveries: row.deliveries };
}
