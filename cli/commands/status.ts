import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand } from '../command.ts';
import { allOf } from '../config/find-config.ts';
import { looksLikeSandbox, mailStatus } from '../destination/mail-quota.ts';
import { renderFields, renderTable } from '../screen/table.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { MailStatus } from '../destination/mail-quota.ts';
import type { Paint } from '../screen/terminal.ts';

type Depth = { name: string; visible: number; inFlight: number; delayed: number };

const DAY_MS = 86_400_000;
/** Counting reads rows, so it ends somewhere; beyond it the number no longer matters. */
const COUNT_LIMIT = 1_000;

export const addStatus: CommandFile = (program, run) => {
  addCommand(program, run, {
    name: 'status',
    summary: 'How the gateway is doing: queues, dead letters, sources, destinations',
    examples: ['tocsin status', "tocsin status --json | jq '.dead_letters'"],
    async run(session) {
      const gateway = await session.gateway();
      const since = new Date(session.nowMs - DAY_MS).toISOString();
      const until = new Date(session.nowMs).toISOString();
      const [depths, sources, destinations, routes, remediation, mail] = await Promise.all([
        gateway.queues.depths(),
        gateway.config.list('source'),
        gateway.config.list('destination'),
        gateway.config.list('route'),
        gateway.remediation.list(),
        mailStatus(gateway.mailAccount),
      ]);
      const [unrouted, dead] = await Promise.all([
        countUnrouted(gateway, since, until),
        countDead(
          gateway,
          allOf(destinations).map(({ id }) => id),
          since,
          until,
        ),
      ]);
      const deadNames = deadLetterNames(gateway.manifest);
      const feedbackDeadName = queueNameOf(gateway.manifest.emailFeedback?.deadLetterArn);
      if (feedbackDeadName !== undefined) deadNames.add(feedbackDeadName);
      const queues = depths.filter((depth) => !deadNames.has(depth.name));
      const deadQueues = depths.filter((depth) => deadNames.has(depth.name));
      // Events about mails are no deliveries, and dead-letters does not list them.
      const deadLetters = deadQueues
        .filter(({ name }) => name !== feedbackDeadName)
        .reduce((sum, depth) => sum + depth.visible + depth.inFlight + depth.delayed, 0);
      const disabled = destinations.readable
        .filter((destination) => !destination.isEnabled)
        .map(({ name }) => name);
      const open = sources.readable.filter((source) => source.auth.type === 'none').map(({ name }) => name);
      const { manifest } = gateway;
      const { paint } = session;
      const alarming = (count: number, text: string): string => (count > 0 ? paint('yellow', text) : text);
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
            `${allOf(sources).length}${open.length === 0 ? '' : paint('yellow', `, anyone can post to ${open.join(', ')}`)}`,
          ],
          [
            'destinations',
            `${allOf(destinations).length}${disabled.length === 0 ? '' : paint('yellow', `, disabled: ${disabled.join(', ')}`)}`,
          ],
          [
            'routes',
            allOf(routes).length === 0
              ? 'none: every alert goes to every destination'
              : String(allOf(routes).length),
          ],
          ['mail', describeMail(mail, paint)],
          [
            'unsubscribe',
            manifest.hasUnsubscribeLinks === false
              ? paint('yellow', 'mails carry no link: the API asks for client certificates')
              : undefined,
          ],
          ['unrouted alerts', alarming(unrouted, `${atMost(unrouted)} in 24 h`)],
          ['dead deliveries', alarming(dead, `${atMost(dead)} in 24 h`)],
          [
            'dead letters',
            alarming(deadLetters, deadLetters === 0 ? '0' : `${deadLetters}; see: tocsin dead-letters list`),
          ],
        ],
        paint,
      );
      const table = renderTable(
        [...queues, ...deadQueues],
        [
          { title: 'QUEUE', value: (depth: Depth) => depth.name, shrinks: true },
          { title: 'WAITING', value: (depth) => String(depth.visible) },
          { title: 'IN WORK', value: (depth) => String(depth.inFlight) },
          { title: 'DELAYED', value: (depth) => String(depth.delayed) },
        ],
        session,
      );
      return {
        json: {
          stack: manifest.stack,
          region: manifest.region,
          is_local: manifest.endpoint !== undefined,
          ingest_url: manifest.ingestUrl,
          sources: { count: allOf(sources).length, open },
          destinations: { count: allOf(destinations).length, disabled },
          routes: { count: allOf(routes).length },
          mail: mailView(mail),
          has_unsubscribe_links: manifest.hasUnsubscribeLinks ?? null,
          unrouted_alerts_24h: unrouted,
          dead_deliveries_24h: dead,
          dead_letters: deadLetters,
          queues: depths.map((depth) => ({
            name: depth.name,
            is_dead_letter_queue: deadNames.has(depth.name),
            visible: depth.visible,
            in_flight: depth.inFlight,
            delayed: depth.delayed,
          })),
        },
        text: `${head}\n\n${table}`,
        unreadable: [sources, destinations, routes, remediation].flatMap(({ unreadable }) => unreadable),
      };
    },
  });
};

function describeMail(mail: MailStatus, paint: Paint): string {
  if (mail.state === 'unknown') return paint('yellow', `SES could not be asked: ${mail.because}`);
  const color = { ok: undefined, warning: 'yellow', failed: 'red' } as const;
  return mail.checks
    .map(({ result, text }) => (color[result] === undefined ? text : paint(color[result], text)))
    .join('\n');
}

function mailView(mail: MailStatus): object {
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

async function countUnrouted(gateway: Gateway, since: string, until: string): Promise<number> {
  const page = await gateway.records.alerts({ since, until, routing: 'unrouted', limit: COUNT_LIMIT });
  return page.items.length;
}

async function countDead(
  gateway: Gateway,
  destinationIds: string[],
  since: string,
  until: string,
): Promise<number> {
  const pages = await boundedMap(destinationIds, CALLS_AT_ONCE, async (destinationId) =>
    gateway.records.deliveries({ destinationId, state: 'dead', since, until, limit: COUNT_LIMIT }),
  );
  return pages.reduce((sum, page) => sum + page.items.length, 0);
}

function atMost(count: number): string {
  return count >= COUNT_LIMIT ? `${COUNT_LIMIT} or more` : String(count);
}

function deadLetterNames(manifest: Manifest): Set<string> {
  return new Set(Object.values(manifest.queues).map((queue) => queueNameOf(queue.deadLetterArn) ?? ''));
}

function queueNameOf(arn: string | undefined): string | undefined {
  return arn?.split(':').at(-1);
}
