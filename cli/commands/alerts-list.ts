import { isEnded } from '../../functions/core/model/wire/alert.ts';
import { SEVERITIES } from '../../functions/core/model/wire/severity.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { requestView } from '../records/explain-id.ts';
import { findIdOf } from '../config/find-config.ts';
import { addListOptions, readListOptions, readWord, type ListOptions } from '../records/list-options.ts';
import { paintSeverity } from '../screen/severity-style.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = ListOptions & {
  source?: string;
  severity?: string;
  type?: string;
  state?: string;
  text?: string;
};

/** Routing takes less, as a rule. */
const USUAL_MS = 5_000;
/** Where no number of deliveries says it. */
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
        .option('--source <name>', 'of this source')
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
      const window = readListOptions(session, options);
      const minSeverity = readWord('--severity', options.severity, SEVERITIES);
      const state = readWord('--state', options.state, [
        'firing',
        'resolved',
        'dismissed',
        'unrouted',
        'dead',
      ] as const);
      const { config, records } = await session.gateway();
      const source = options.source === undefined ? undefined : await findSourceId(config, options.source);
      const page = await records.alerts({
        ...window,
        ...(source !== undefined && { sourceId: source }),
        ...(minSeverity !== undefined && { minSeverity }),
        ...(options.type !== undefined && { type: options.type }),
        ...(state === 'unrouted' || state === 'dead'
          ? { routing: state }
          : state !== undefined && { status: state }),
        ...(options.text !== undefined && { text: options.text }),
      });
      // What waits has no severity, type or text yet; and a list that goes on has told of it on its first page.
      const isNarrow = [minSeverity, options.type, state, options.text, window.after].some(
        (value) => value !== undefined,
      );
      const waiting = isNarrow
        ? []
        : (await records.openRequests()).filter(
            ({ request }) =>
              (source === undefined || request.sourceId === source) &&
              request.receivedAt >= window.since &&
              request.receivedAt <= window.until,
          );
      const columns: Column<RoutedAlert>[] = [
        { title: 'RECEIVED', value: (row) => relativeTime(row.alert.received_at, session.nowMs) },
        {
          title: 'SEVERITY',
          value: (row) => row.alert.severity,
          paint: (row, text, paint) => paintSeverity(row.alert.severity, text, paint),
        },
        { title: 'SOURCE', value: (row) => row.alert.source.name, shrinks: true, mayDrop: true },
        {
          title: 'TITLE',
          value: (row) => (isEnded(row.alert) ? `${row.alert.status}: ${row.alert.title}` : row.alert.title),
          shrinks: true,
        },
        {
          title: 'SENT TO',
          value: sentTo,
          paint: (row, text, paint) =>
            sentTo(row) === String(row.deliveries.length) ? text : paint('yellow', text),
        },
        { title: 'ID', value: (row) => row.alert.id },
      ];
      const more = page.next === undefined ? '' : `\n\nMore: add --after ${page.next}`;
      return {
        json: {
          alerts: page.items.map(alertView),
          next: page.next ?? null,
          waiting: waiting.map(requestView),
        },
        text: `${describeOpen(waiting, session.nowMs)}${
          page.items.length === 0 && page.next === undefined
            ? `No alerts since ${window.since}${hasFilter(options) ? ' that match' : ''}. Look further back with --since 7d, or send one with the curl that source create prints.`
            : `${renderTable(page.items, columns, session)}${more}`
        }`,
      };
    },
  });
};

/** Above the table: what was accepted and is not in it. Nothing in the usual moment. */
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

/** A deleted source has no name any more, but its alerts are still found by its id. */
async function findSourceId(config: Parameters<typeof findIdOf>[0], name: string): Promise<string> {
  return name === 'tocsin' ? name : findIdOf(config, 'source', name);
}

function hasFilter(options: Options): boolean {
  return [options.source, options.severity, options.type, options.state, options.text].some(
    (value) => value !== undefined,
  );
}

/** The alert as stored, with the router's verdict beside it. */
function alertView(row: RoutedAlert): object {
  return { ...row.alert, routing: row.routing, routed_at: row.routed_at, deliveries: row.deliveries };
}
