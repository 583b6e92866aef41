import { parseFieldExpression } from '../match/field-path.ts';
import type { MappedField } from '../model/config/source.ts';
import { isObject } from './infer-schema.ts';
import { plainName } from '../text/plain-name.ts';

/** Where the fields of an alert seem to stand, and what was seen there. */
export type InferredMapping = {
  fields: Partial<Record<MappedField, string>>;
  /** Values at `severity`, most frequent first. Numbers need a scale or a map, and their direction is never guessed. */
  severities: (string | number)[];
  /** Of them, what no scale of words knows. */
  unknownSeverities: (string | number)[];
  /** Values at `status`, most frequent first. */
  statuses: (string | number)[];
  /** Values at `status` that mean that it is over, where the usual words do not say so. */
  resolvedWhen: string[];
};

/** Names that senders give to a field, best first; compared without case and punctuation. */
const NAMES: Partial<Record<MappedField, string[]>> = {
  title: [
    'title',
    'summary',
    'alertname',
    'alertrule',
    'searchname',
    'subject',
    'headline',
    'rulename',
    'ruledescription',
    'signature',
    'message',
    'msg',
    'text',
    'description',
    'category',
    'conditionname',
    'name',
  ],
  description: ['description', 'details', 'fulllog', 'message', 'body', 'text', 'msg', 'reason'],
  severity: [
    'severity',
    'alertseverity',
    'level',
    'priority',
    'sev',
    'prio',
    'urgency',
    'risk',
    'criticality',
    'threatlevel',
    'alerttype',
  ],
  status: [
    'alerttransition',
    'monitorcondition',
    'alertstate',
    'alertstatus',
    'alertevent',
    'heartbeatstatus',
    'status',
    'state',
  ],
  type: ['type', 'eventtype', 'alerttype', 'category', 'kind', 'class'],
  event_time: [
    'eventtime',
    'timestamp',
    'fireddatetime',
    'startedat',
    'time',
    'createdat',
    'occurredat',
    'detectedat',
    'triggeredat',
    'date',
    'ts',
  ],
  source_alert_id: ['alertid', 'eventid', 'logid', 'id', 'uuid', 'guid', 'findingid'],
  dedup_key: [
    'dedupkey',
    'fingerprint',
    'incidentkey',
    'groupkey',
    'aggregkey',
    'alertcorrelationid',
    'correlationid',
    'incidentid',
    'alertid',
    'findingname',
    'issueid',
    'monitorid',
    'ruleid',
  ],
  confidence: ['confidence', 'score'],
  rule: ['rulename', 'rule', 'detection', 'policyname', 'policy', 'signature', 'ruleid'],
  mitre: ['mitre', 'mitreid', 'technique', 'techniqueid', 'attack'],
  resource: [
    'host',
    'hostname',
    'resourcename',
    'monitorname',
    'resource',
    'device',
    'asset',
    'instance',
    'agent',
    'computer',
  ],
  actor: ['user', 'username', 'actor', 'account', 'principal', 'subjectuser'],
  ip: ['sourceip', 'srcip', 'ip', 'clientip', 'remoteip', 'ipaddress'],
  action: ['action', 'actiontaken', 'response'],
  environment: ['environment', 'env', 'stage'],
  remediation: ['remediation', 'recommendation', 'mitigation', 'solution', 'fix'],
  link: [
    'investigationlink',
    'resultslink',
    'alerturl',
    'incidenturl',
    'issueurl',
    'url',
    'link',
    'htmlurl',
    'permalink',
    'consoleurl',
    'externaluri',
    'href',
  ],
};

/** Numbers for states, by the place where a vendor documents them: Uptime Kuma's 1 is up. */
const RESOLVED_NUMBERS: Record<string, string[]> = { 'heartbeat.status': ['1'] };

/** A field that is in fewer samples than this share is a bad place to look first. */
const MIN_SHARE = 0.5;
const MAX_DEPTH = 5;

type Leaf = { path: readonly string[]; values: (string | number)[] };

/** What values can be, as ingest reads them. */
export type ValueReaders = {
  isKnownSeverity: (value: unknown) => boolean;
  isLink: (value: unknown) => boolean;
  isInstant: (value: unknown) => boolean;
};

/** Proposes a mapping from the names of fields, how often they hold a text or a number, and what stands there. */
export function inferMapping(samples: readonly unknown[], readers: ValueReaders): InferredMapping {
  const leaves = leavesOf(samples).filter(
    (leaf) => leaf.values.length >= samples.length * MIN_SHARE && canBeSpelled(leaf.path),
  );
  const fields: InferredMapping['fields'] = {};
  for (const [field, names] of Object.entries(NAMES) as [MappedField, string[]][]) {
    const fit = leaves.filter((leaf) => isFit(field, leaf, readers));
    const taken = field === 'description' ? fields.title : field === 'type' ? fields.severity : undefined;
    const best = bestOf(field === 'severity' ? readableFirst(fit, names, readers) : fit, names, taken);
    if (best !== undefined) {
      fields[field] = spelled(best.path);
    }
  }
  const seenAt = (path: string | undefined): (string | number)[] =>
    byFrequency(leaves.find((leaf) => spelled(leaf.path) === path)?.values ?? []);
  const severities = seenAt(fields.severity);
  return {
    fields,
    severities,
    unknownSeverities: severities.filter((value) => !readers.isKnownSeverity(value)),
    statuses: seenAt(fields.status),
    resolvedWhen: RESOLVED_NUMBERS[fields.status ?? ''] ?? [],
  };
}

/** What stands there has to be what the field is: a link leads somewhere, and a time is one. */
function isFit(field: MappedField, { values }: Leaf, { isLink, isInstant }: ValueReaders): boolean {
  if (field === 'link') return values.every(isLink);
  return field !== 'event_time' || values.every(isInstant);
}

/** Of several fields that could be the severity, one whose words are known comes before one with a better name. */
function readableFirst(leaves: Leaf[], names: string[], { isKnownSeverity }: ValueReaders): Leaf[] {
  const readable = leaves.filter(
    (leaf) => rankOf(leaf.path, names) >= 0 && leaf.values.every(isKnownSeverity),
  );
  return readable.length > 0 ? readable : leaves;
}

/** The better name wins, then the place in more samples, then the shorter path. */
function bestOf(leaves: Leaf[], names: string[], taken: string | undefined): Leaf | undefined {
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: rankOf(leaf.path, names) }))
    .filter(({ rank }) => rank >= 0)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        b.leaf.values.length - a.leaf.values.length ||
        a.leaf.path.length - b.leaf.path.length,
    )
    .map(({ leaf }) => leaf);
  return ranked.find((leaf) => spelled(leaf.path) !== taken);
}

/** `rule.name` is a `rulename` as well as a `name`; the whole of it counts first. */
function rankOf(path: readonly string[], names: string[]): number {
  const [parent = '', last = ''] = path.slice(-2).length === 2 ? path.slice(-2) : ['', ...path.slice(-1)];
  const joined = names.indexOf(plainName(parent + last));
  return joined >= 0 ? joined : names.indexOf(plainName(last));
}

function leavesOf(samples: readonly unknown[]): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') {
      const key = JSON.stringify(path);
      const leaf = leaves.get(key) ?? { path, values: [] };
      leaf.values.push(value);
      leaves.set(key, leaf);
    } else if (isObject(value) && path.length < MAX_DEPTH) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    }
  };
  for (const sample of samples) visit(sample, []);
  return [...leaves.values()];
}

/** As `field-path.ts` reads it: dots where the names allow it, else a JSON Pointer. */
function spelled(path: readonly string[]): string {
  return path.every((name) => /^[A-Za-z_$@][\w$@-]*$/u.test(name))
    ? path.join('.')
    : path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A name with a `|` in it, for one, cannot be written down. */
function canBeSpelled(path: readonly string[]): boolean {
  const expression = parseFieldExpression(spelled(path));
  return JSON.stringify(expression) === JSON.stringify([{ path }]);
}

function byFrequency(values: (string | number)[]): (string | number)[] {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
}
