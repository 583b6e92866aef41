import { addCommand } from '../command.ts';
import { describeCanaries, canariesView } from '../canary/views.ts';
import { looksLikeSandbox } from '../destination/mail-quota.ts';
import { wrongUsage } from '../failure.ts';
import { sleepOf } from '../io.ts';
import { COUNT_LIMIT, readGatewayStatus, type GatewayStatus } from '../records/gateway-status.ts';
import { renderFields, renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { parseSeconds } from '../words/time.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { CommandFile } from '../command.ts';
import type { WebOptions } from '../show-in-console.ts';
import type { MailStatus } from '../destination/mail-quota.ts';
import type { Paint } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { hint, TOCSIN } from '../words/hint.ts';

type Options = WebOptions & { watch?: string | true; quick?: true };

const WATCH_SECONDS = 5;
/** Cursor to the beginning, and nothing left below it. */
const CLEAR = '\u001B[H\u001B[J';

export const addStatus: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'status',
    summary: 'Whether all is well, and if not, why and what to do: the first line says it, and exit status 1',
    examples: [
      'tocsin status',
      'tocsin status --watch',
      'tocsin status --quick',
      "tocsin status --json | jq '.attention'",
    ],
    options(command) {
      command.option(
        '--watch [interval]',
        `look again every ${String(WATCH_SECONDS)}s, or as often as said, until Ctrl-C`,
      );
      command.option(
        '--quick',
        'count no unrouted alerts, for which the index of the day is read; the verdict needs none',
      );
    },
    hasView: true,
    async run(session, { watch, web, quick }) {
      if (watch !== undefined && web === true) {
        throw wrongUsage('--watch and --web exclude each other: the console looks again by itself');
      }
      if (watch !== undefined && session.isJson) {
        throw wrongUsage('--watch and --json exclude each other: one goes on, the other is one document');
      }
      const seconds =
        typeof watch === 'string' ? parseSeconds('--watch', watch, { min: 1, max: 3_600 }) : WATCH_SECONDS;
      const gateway = await session.gateway();
      const { stdout, clock } = run.io;
      for (;;) {
        const status = await readGatewayStatus(gateway, clock.now(), { isCounting: quick !== true });
        const text = describeStatus(status, gateway.manifest, session);
        if (watch === undefined) {
          return {
            view: {},
            json: statusView(status, gateway.manifest),
            text,
            unreadable: status.unreadable,
            hasFailed: status.attention.length > 0,
          };
        }
        stdout.write(`${stdout.isTTY === true ? CLEAR : ''}${session.complete(text)}\n\n`);
        await sleepOf(run.io)(seconds * 1_000);
        if (stdout.isGone === true) return { json: undefined, text: '' };
      }
    },
  });
};

function describeStatus(status: GatewayStatus, manifest: Manifest, session: Session): string {
  const { paint } = session;
  const { sources, destinations, unrouted, deadLetters } = status;
  const alarming = (count: number, text: string): string => (count > 0 ? paint('yellow', text) : text);
  const lastDay = (count: number | undefined) =>
    count === undefined ? undefined : alarming(count, `${atMost(count)} in 24 h`);
  const head = renderFields(
    [
      [
        'gateway',
        paint(
          'bold',
          manifest.endpoint === undefined
            ? `${manifest.stack} in ${manifest.region}`
            : `local run of ${manifest.stack}`,
        ),
      ],
      ['ingestion', manifest.ingestUrl],
      [
        'sources',
        `${String(sources.count)}${sources.open.length === 0 ? '' : paint('yellow', `, anyone can post to ${sources.open.join(', ')}`)}`,
      ],
      [
        'destinations',
        `${String(destinations.count)}${destinations.disabled.length === 0 ? '' : paint('yellow', `, disabled: ${destinations.disabled.join(', ')}`)}`,
      ],
      ['routes', status.routes === 0 ? 'none: every alert goes to every destination' : String(status.routes)],
      ['mail', describeMail(status.mail, paint)],
      ['canary', describeCanaries(status.canary, manifest, session)],
      [
        'unsubscribe',
        manifest.hasUnsubscribeLinks === false
          ? paint('yellow', 'mails carry no link: the API asks for client certificates')
          : undefined,
      ],
      ['unrouted alerts', lastDay(unrouted)],
      [
        'dead letters',
        alarming(
          deadLetters,
          deadLetters === 0 ? '0' : `${String(deadLetters)}; see: ${TOCSIN} dead-letters list`,
        ),
      ],
    ],
    paint,
  );
  type Depth = GatewayStatus['queues'][number];
  const table = renderTable(
    status.queues.toSorted((a, b) => Number(a.isDeadLetterQueue) - Number(b.isDeadLetterQueue)),
    [
      { title: 'QUEUE', value: (depth: Depth) => depth.name, shrinks: true },
      { title: 'WAITING', value: (depth) => String(depth.visible) },
      { title: 'IN WORK', value: (depth) => String(depth.inFlight) },
      { title: 'DELAYED', value: (depth) => String(depth.delayed) },
    ],
    session,
  );
  return `${describeVerdict(status, paint)}\n\n${head}\n\n${table}`;
}

/** The first line alone tells whether there is anything to do. */
function describeVerdict({ attention }: GatewayStatus, paint: Paint): string {
  if (attention.length === 0) return paint('green', 'OK');
  const first = attention.map(({ text }) => inert(text)).join('; ');
  return [
    paint('red', `NEEDS ATTENTION: ${first}`),
    ...attention.map(({ text, command }) => `  ${inert(text)}\n    ${hint(command)}`),
  ].join('\n');
}

function statusView(status: GatewayStatus, manifest: Manifest): object {
  return {
    verdict: status.attention.length === 0 ? 'ok' : 'needs-attention',
    attention: status.attention.map((one) => ({ ...one, command: hint(one.command) })),
    stack: manifest.stack,
    region: manifest.region,
    is_local: manifest.endpoint !== undefined,
    ingest_url: manifest.ingestUrl,
    sources: status.sources,
    destinations: status.destinations,
    routes: { count: status.routes },
    mail: mailView(status.mail),
    canary: canariesView(status.canary, manifest),
    has_unsubscribe_links: manifest.hasUnsubscribeLinks ?? null,
    unrouted_alerts_24h: status.unrouted ?? null,
    dead_letters: status.deadLetters,
    queues: status.queues.map((depth) => ({
      name: depth.name,
      is_dead_letter_queue: depth.isDeadLetterQueue,
      visible: depth.visible,
      in_flight: depth.inFlight,
      delayed: depth.delayed,
    })),
  };
}

function describeMail(mail: MailStatus, paint: Paint): string {
  if (mail.state === 'unknown') return paint('yellow', `SES could not be asked: ${mail.because}`);
  if (mail.state === 'none') return 'no SES; each destination has a mail server of its own';
  const color = { ok: undefined, warning: 'yellow', failed: 'red' } as const;
  return mail.checks
    .map(({ result, text }) => (color[result] === undefined ? text : paint(color[result], text)))
    .join('\n');
}

function mailView(mail: MailStatus): object {
  if (mail.state === 'none') return { state: mail.state };
  return mail.state === 'unknown'
    ? { state: mail.state, because: mail.because }
    : {
        state: mail.state,
        is_enabled: mail.isEnabled,
        per_day: mail.perDay,
        sent_last_24h: mail.sentLastDay,
        looks_like_sandbox: looksLikeSandbox(mail),
      };
}

function atMost(count: number): string {
  return count >= COUNT_LIMIT ? `${String(COUNT_LIMIT)} or more` : String(count);
}
