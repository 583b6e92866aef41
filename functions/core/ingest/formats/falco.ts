import {
  fieldsAt,
  filled,
  instant,
  listed,
  named,
  optional,
  text,
  texts,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromSyslog } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Falco alerts as JSON, from its own HTTP output or from Falcosidekick's webhook output. Nothing ever resolves.
 *
 * Falco's HTTP output sends no credential; Falcosidekick sends headers of one's own.
 * https://falco.org/docs/concepts/outputs/formatting/ and
 * https://github.com/falcosecurity/falcosidekick/blob/master/docs/outputs/webhook.md (2026-11-21)
 */
export const falco: Format = {
  name: 'falco',
  summary: 'Falco runtime alerts, direct or through Falcosidekick',
  preset: { auth: { type: 'bearer' } },
  read: readFalco,
};

const KNOWN = ['output', 'priority', 'rule', 'time', 'tags', 'hostname', 'uuid'];
/** Fields of the event that name what it happened to. */
const RESOURCES: [type: string, id: string, name: string][] = [
  ['container', 'container.id', 'container.name'],
  ['pod', 'k8s.pod.id', 'k8s.pod.name'],
  ['namespace', '', 'k8s.ns.name'],
  ['image', '', 'container.image.repository'],
];
const ADDRESSES = ['fd.cip', 'fd.sip', 'fd.rip', 'ct.srcip'];

/**
 * The rule at a host, in a container, and what tells two events apart there: a file, or an object of Kubernetes. A connection
 * has a port that is new each time, and is no part of it.
 */
function keyOf(place: readonly (string | undefined)[], fields: Fields): string {
  const file = text(fields['fd.name']);
  const subjects = [
    file?.startsWith('/') === true ? file : undefined,
    text(fields['ka.target.namespace']),
    text(fields['ka.target.name']),
    text(fields['ct.user']),
  ];
  return `falco:${[...place.map((part) => part ?? ''), ...subjects.filter((subject) => subject !== undefined)].join(':')}`;
}

function readFalco(record: Fields): AlertDraft {
  const output = text(record['output']);
  if (output === undefined && record['rule'] === undefined) {
    return { ...readUsual(record), type: 'falco.event', labels: {} };
  }
  const rule = text(record['rule']);
  const host = text(record['hostname']);
  const source = text(record['source']);
  const tags = texts(record['tags']);
  const fields = fieldsAt(record, 'output_fields');
  const user = texts(['user.name', 'ka.user.name', 'ct.user'].map((field) => fields[field]))[0];
  const container = text(fields['container.id']);
  const image = text(fields['container.image.repository']);
  return {
    type: `falco.${source ?? 'syscall'}`,
    ...graded(record['priority'], severityFromSyslog),
    ...optional('title', rule === undefined ? output : rule + (host === undefined ? '' : ` on ${host}`)),
    ...optional('description', output),
    ...optional('event_time', instant(record['time'])),
    ...optional('source_alert_id', text(record['uuid'])),
    ...(rule !== undefined && {
      dedup_key: keyOf([host, rule, container], fields),
      rule: { name: rule },
    }),
    ...listed(
      'mitre',
      tags.filter((tag) => /^T\d{4}(?:\.\d{3})?$/u.test(tag)),
    ),
    ...listed('resources', [
      host === undefined ? undefined : { type: 'host', name: host },
      ...RESOURCES.map(([type, id, name]) => {
        // Falco calls the host a container of the id "host".
        return fields[id] === 'host' ? undefined : named(type, { id: fields[id], name: fields[name] });
      }),
    ]),
    ...listed('actors', [user === undefined ? undefined : { type: 'user', name: user }]),
    ...listed(
      'observables',
      [...new Set(texts(ADDRESSES.map((field) => fields[field])))].map((value) => ({ type: 'ip', value })),
    ),
    labels: { ...optional('source', source), ...optional('host', host), ...optional('image', image) },
    details: filled({ ...without(record, ...KNOWN), tags }),
  };
}
