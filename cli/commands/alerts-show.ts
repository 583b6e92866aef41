import { dismissalWords } from '../../functions/core/model/wire/alert.ts';
import { addCommand } from '../command.ts';
import { describeDigest, digestView, storiesOf } from '../records/digest-story.ts';
import { explainId } from '../records/explain-id.ts';
import { destinationNames } from '../config/find-config.ts';
import { describeTrace } from '../words/routing.ts';
import { paintSeverity } from '../screen/severity-style.ts';
import { indented, renderFields, renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { describeState } from '../words/views.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import type { CommandFile } from '../command.ts';
import type { Session } from '../session.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

export const addAlertsShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <id>',
    summary:
      'Show an alert, why it went where it went, and its deliveries; takes the id of a delivery or a request too',
    examples: [
      'tocsin alerts show 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
      'tocsin alerts show 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11 --web',
    ],
    hasView: true,
    async run(session, _options, id = '') {
      const gateway = await session.gateway();
      const { config, records } = gateway;
      const asked = await explainId(session, gateway, id);
      if ('result' in asked) return asked.result;
      const { routed, deliveries } = asked.alert;
      const destinations = await config.list('destination');
      const nameOf = destinationNames(destinations);
      const digests = await storiesOf(deliveries, records, session.nowMs);
      return {
        view: { page: 'alerts', id: routed.alert.id },
        json: {
          ...routed,
          deliveries: deliveries.map((delivery) => {
            const digest = digests.get(delivery.id);
            return { ...delivery, digest: digest === undefined ? null : digestView(digest) };
          }),
        },
        text: [
          describeAlert(routed.alert, session),
          `${session.paint('bold', 'Why')}\n${indented(describeRouting(routed, session))}`,
          `${session.paint('bold', 'Deliveries')}\n${indented(describeDeliveries(deliveries, nameOf, session, digests))}`,
        ].join('\n\n'),
      };
    },
  });
};

function describeAlert(alert: Alert, session: Session): string {
  const { paint } = session;
  const heading = `${paintSeverity(alert.severity, alert.severity.toUpperCase(), paint)} ${paint('bold', inert(alert.title))}`;
  const fields = renderFields(
    [
      ['id', alert.id],
      ['status', inert(alert.status === 'dismissed' ? dismissalWords(alert) : alert.status)],
      ['type', inert(alert.type)],
      ['source', `${inert(alert.source.name)} (${alert.source.id}, ${alert.source.format})`],
      ['event time', `${alert.event_time} (${relativeTime(alert.event_time, session.nowMs)})`],
      ['received', `${alert.received_at} (${relativeTime(alert.received_at, session.nowMs)})`],
      ['original severity', alert.severity_original && inert(alert.severity_original)],
      ['rule', alert.rule && inert(alert.rule.name ?? alert.rule.id ?? '')],
      ['environment', alert.environment && inert(alert.environment)],
      ['labels', pairs(alert.labels)],
      ['description', alert.description?.split('\n').map(inert).join('\n')],
      ['details', pairs(alert.details)],
      ['remediation', alert.remediation?.summary && inert(alert.remediation.summary)],
      ['steps', alert.remediation?.steps?.map((step, index) => `${index + 1}. ${inert(step)}`).join('\n')],
      ['links', alert.links?.map((link) => inert(link.url)).join('\n')],
    ],
    paint,
  );
  return `${heading}\n\n${indented(fields)}`;
}

/** One line each; undefined when there are none, so that the field is left out. */
function pairs(record: Record<string, unknown>): string | undefined {
  const lines = Object.entries(record).map(
    ([name, value]) => `${inert(name)}=${inert(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return lines.length === 0 ? undefined : lines.join('\n');
}

function describeRouting(routed: RoutedAlert, session: Session): string {
  const lines = routed.trace.map((trace) => `${inert(trace.destination_name)}: ${describeTrace(trace)}`);
  if (routed.routing === 'unrouted') {
    lines.unshift(session.paint('yellow', 'nobody was told: no destination took this alert'));
  }
  if (routed.routing === 'dead') {
    return session.paint(
      'red',
      `dead in the alerts queue: no router could take it; when the cause is gone: ${TOCSIN} dead-letters redrive --all`,
    );
  }
  return lines.length === 0 ? 'nothing was decided yet' : lines.join('\n');
}

function describeDeliveries(
  deliveries: readonly Delivery[],
  nameOf: (id: string) => string,
  session: Session,
  digests: ReadonlyMap<string, DigestStory>,
): string {
  if (deliveries.length === 0) return 'none yet';
  const columns: Column<Delivery>[] = [
    { title: 'DESTINATION', value: (delivery) => nameOf(delivery.destination_id), shrinks: true },
    { title: 'TO', value: (delivery) => delivery.recipient ?? '', shrinks: true, mayDrop: true },
    { title: 'STATE', value: describeState, shrinks: true, floor: 20 },
    { title: 'TRIES', value: (delivery) => String(delivery.attempts.length), mayDrop: true },
    { title: 'ID', value: (delivery) => delivery.id },
  ];
  const shown = deliveries.some((delivery) => delivery.recipient !== undefined)
    ? columns
    : columns.filter((column) => column.title !== 'TO');
  const told = deliveries.flatMap(({ id, recipient }) => {
    const digest = digests.get(id);
    return digest === undefined
      ? []
      : [
          `${recipient ?? nameOf(digest.addressee.destinationId)}: told by ${describeDigest(digest, session.nowMs)}`,
        ];
  });
  const table = renderTable(deliveries, shown, { ...session, width: session.width - 2 });
  return told.length === 0 ? table : `${table}\n\n${told.join('\n')}`;
}
