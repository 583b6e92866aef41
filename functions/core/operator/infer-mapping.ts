import { parseFieldExpression } from '../match/field-path.ts';
import type { MappedField } from '../model/config/source.ts';
import { isObject } from './infer-schema.ts';
import { plainName } from '../text/plain-name.ts';

/** Where the fields of an alert seem to stand, and what was seen there. */
export type InferredMapping = {
  fields: Partial<Record<MappedField, string>>;
  /** Values at `severity`, most frequent first. Numbers need a scale, and its direction is never guessed. */
  severities: (string | number)[];
};

/** Names that senders give to a field, best first; compared without case and punctuation. */
const NAMES: Partial<Record<MappedField, string[]>> = {
  title: [
    'title',
    'summary',
    'alertname',
    'subject',
    'headline',
    'rulename',
    'ruledescription',
    'signature',
    'message',
    'msg',
    'description',
    'name',
  ],
  description: ['description', 'details', 'fulllog', 'message', 'body', 'text', 'reason'],
  severity: ['severity', 'level', 'priority', 'sev', 'prio', 'urgency', 'risk', 'criticality', 'threatlevel'],
  status: ['status', 'state'],
  type: ['type', 'category', 'eventtype', 'alerttype', 'kind', 'class'],
  event_time: ['eventtime', 'timestamp', 'time', 'createdat', 'occurredat', 'detectedat', 'date', 'ts'],
  source_alert_id: ['alertid', 'eventid', 'id', 'uuid', 'guid', 'findingid'],
  dedup_key: ['dedupkey', 'fingerprint', 'incidentkey', 'groupkey'],
  confidence: ['confidence', 'score'],
  rule: ['rulename', 'rule', 'detection', 'policy', 'signature', 'ruleid'],
  mitre: ['mitre', 'mitreid', 'technique', 'techniqueid', 'attack'],
  resource: ['host', 'hostname', 'resource', 'device', 'asset', 'instance', 'agent', 'computer'],
  actor: ['user', 'username', 'actor', 'account', 'principal', 'subjectuser'],
  ip: ['sourceip', 'srcip', 'ip', 'clientip', 'remoteip', 'ipaddress'],
  action: ['action', 'actiontaken', 'response'],
  environment: ['environment', 'env', 'stage'],
  remediation: ['remediation', 'recommendation', 'mitigation', 'solution', 'fix'],
  link: ['url', 'link', 'htmlurl', 'permalink', 'consoleurl', 'href'],
};

/** A field that is in fewer samples than this share is a bad place to look first. */
const MIN_SHARE = 0.5;
const MAX_DEPTH = 5;

type Leaf = { path: readonly string[]; values: (string | number)[] };

/** Proposes a mapping from the names of fields and how often they hold a text or a number. */
export function inferMapping(samples: readonly unknown[]): InferredMapping {
  const leaves = leavesOf(samples).filter(
    (leaf) => leaf.values.length >= samples.length * MIN_SHARE && canBeSpelled(leaf.path),
  );
  const fields: InferredMapping['fields'] = {};
  for (const [field, names] of Object.entries(NAMES) as [MappedField, string[]][]) {
    const best = bestOf(leaves, names, field === 'description' ? fields.title : undefined);
    if (best !== undefined) {
      fields[field] = spelled(best.path);
    }
  }
  const severity = leaves.find((leaf) => spelled(leaf.path) === fields.severity);
  return { fields, severities: byFrequency(severity?.values ?? []) };
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
