import type { Alert } from '../../../model/wire/alert.ts';
import { flattenDetails, rowOf, scalar, type Row } from './flatten-details.ts';
import { ours, shownText } from './shown-text.ts';

/** A fact that a responder asks for first: what we call it, and where in the details it stands; `*` is any one key. */
type Fact = [label: string, ...path: string[]];

const CVE: Fact[] = [
  ['CVE', 'cve_id'],
  ['CVSS', 'cvss_score'],
];
const NETWORK = ['service', 'action', '*'];

/**
 * What a responder asks first, by the beginning of the alert's type; the first entry that fits counts. Labels are not in here: they
 * have a row of their own.
 */
const FACTS: readonly (readonly [type: string, facts: readonly Fact[]])[] = [
  [
    'aws.guardduty.',
    [
      ['API call', ...NETWORK, 'api'],
      ['From country', ...NETWORK, 'remoteIpDetails', 'country', 'countryName'],
      ['From network', ...NETWORK, 'remoteIpDetails', 'organization', 'org'],
      ['Port', ...NETWORK, 'localPortDetails', 'port'],
      ['Direction', ...NETWORK, 'connectionDirection'],
      ['Blocked', ...NETWORK, 'blocked'],
      ['Instance type', 'resource', 'instanceDetails', 'instanceType'],
      ['Role of the resource', 'service', 'resourceRole'],
    ],
  ],
  [
    'aws.security-hub.',
    [
      ['Control', 'Compliance', 'SecurityControlId'],
      ['Compliance', 'Compliance', 'Status'],
      ['Kind', 'Types', '0'],
      ['Workflow', 'Workflow', 'Status'],
    ],
  ],
  [
    'aws.inspector2.',
    [
      ['Package', 'packageVulnerabilityDetails', 'vulnerablePackages', '0', 'name'],
      ['Installed', 'packageVulnerabilityDetails', 'vulnerablePackages', '0', 'version'],
      ['Fixed in', 'packageVulnerabilityDetails', 'vulnerablePackages', '0', 'fixedInVersion'],
      ['Fix available', 'fixAvailable'],
      ['Exploit known', 'exploitAvailable'],
      ['Score', 'inspectorScore'],
      ['First observed', 'firstObservedAt'],
    ],
  ],
  [
    'aws.config.',
    [
      ['Reason', 'newEvaluationResult', 'annotation'],
      ['Before', 'oldEvaluationResult', 'complianceType'],
      ['Checked', 'newEvaluationResult', 'resultRecordedTime'],
    ],
  ],
  ['aws.signin.', [...signIn(), ['MFA used', 'additionalEventData', 'MFAUsed']]],
  ['aws.cloudtrail.', signIn()],
  [
    'aws.cloudwatch.',
    [
      ['Reason', 'reason'],
      ['Metric', 'Trigger', 'MetricName'],
      ['Namespace', 'Trigger', 'Namespace'],
      ['Threshold', 'Trigger', 'Threshold'],
      ['State before', 'OldStateValue'],
    ],
  ],
  [
    'aws.access-analyzer.',
    [
      ['Public', 'isPublic'],
      ['Who', 'principal', '*'],
      ['May do', 'action'],
      ['On condition', 'condition', '*'],
    ],
  ],
  [
    'aws.macie.',
    [
      ['Category', 'category'],
      ['Count', 'count'],
      ['Object', 'resourcesAffected', 's3Object', 'key'],
      ['Public', 'resourcesAffected', 's3Bucket', 'publicAccess', 'effectivePermission'],
    ],
  ],
  [
    'aws.health.',
    [
      ['Service', 'service'],
      ['Until', 'endTime'],
      ['State', 'statusCode'],
    ],
  ],
  [
    'github.dependabot_alert',
    [
      ['Package', 'package'],
      ['Ecosystem', 'ecosystem'],
      ['Manifest', 'manifest'],
      ['Vulnerable', 'vulnerable_versions'],
      ['Fixed in', 'fixed_in'],
      ['Scope', 'scope'],
      ...CVE,
    ],
  ],
  [
    'github.repository_vulnerability_alert',
    [
      ['Package', 'alert', 'affected_package_name'],
      ['Vulnerable', 'alert', 'affected_range'],
      ['Fixed in', 'alert', 'fixed_in'],
    ],
  ],
  [
    'github.secret_scanning_alert',
    [
      ['Valid', 'alert', 'validity'],
      ['Public', 'alert', 'publicly_leaked'],
      ['Push protection bypassed', 'alert', 'push_protection_bypassed'],
      ['Found in', 'location', 'details', 'path'],
      ['Line', 'location', 'details', 'start_line'],
      ['Commit', 'location', 'details', 'commit_sha'],
    ],
  ],
  [
    'github.code_scanning_alert',
    [
      ['Tool', 'tool'],
      ['File', 'path'],
      ['Line', 'line'],
      ['Commit', 'commit'],
    ],
  ],
  [
    'falco.',
    [
      ['Command', 'output_fields', 'proc.cmdline'],
      ['Parent process', 'output_fields', 'proc.pname'],
      ['User', 'output_fields', 'user.name'],
      ['File', 'output_fields', 'fd.name'],
      ['Image', 'output_fields', 'container.image.repository'],
      ['Namespace', 'output_fields', 'k8s.ns.name'],
    ],
  ],
  [
    'wazuh.',
    [
      ['Package', 'data', 'vulnerability', 'package', 'name'],
      ['Installed', 'data', 'vulnerability', 'package', 'version'],
      ['File', 'syscheck', 'path'],
      ['User', 'data', 'dstuser'],
      ['Log line', 'full_log'],
      ['Log', 'location'],
      ['Times fired', 'rule', 'firedtimes'],
      ['Tactic', 'mitre', 'tactic', '0'],
    ],
  ],
  [
    'sentry.',
    [
      ['Where in the code', 'culprit'],
      ['Release', 'release'],
      ['Rule', 'triggered_rule'],
      ['Platform', 'platform'],
      ['Browser', 'tags', 'browser'],
    ],
  ],
  [
    'okta.',
    [
      ['Outcome', 'outcome', 'result'],
      ['Reason', 'outcome', 'reason'],
      ['From city', 'client', 'geographicalContext', 'city'],
      ['From country', 'client', 'geographicalContext', 'country'],
      ['Browser', 'client', 'userAgent', 'browser'],
      ['System', 'client', 'userAgent', 'os'],
    ],
  ],
  [
    'snyk.',
    [
      ['Package', 'package'],
      ['Installed', 'pkgVersions'],
      ['Fixed in', 'nearestFixedInVersion'],
      ['CVE', 'cve'],
      ['CVSS', 'cvss_score'],
      ['Exploit', 'exploitMaturity'],
      ['Score', 'priority', 'score'],
    ],
  ],
  [
    'grafana.',
    [
      ['Values', 'values'],
      ['Folder', 'grafana_folder'],
    ],
  ],
  [
    'ocsf.',
    [
      ['Product', 'metadata', 'product', 'name'],
      ['Vendor', 'metadata', 'product', 'vendor_name'],
      ['Status detail', 'status_detail'],
      ['Kind', 'finding_info', 'types', '0'],
    ],
  ],
];

function signIn(): Fact[] {
  return [
    ['Result', 'responseElements', 'ConsoleLogin'],
    ['Error', 'errorMessage'],
    ['Program', 'userAgent'],
  ];
}

/** What stands in the place of a credential (ingest/without-secrets.ts): nobody asks for it first. */
const REMOVED = '[removed]';
/** What a phone shows without a thumb that gets tired. */
const MAX_TELLING = 8;
/** The frame around an alert of AWS or Okta, and what the alert has fields for: no fact that anybody asks for first. */
const FRAME = new Set(
  'event sns event_hook schemaVersion SchemaVersion version partition receiver groupKey groupLabels group orgId'.split(
    ' ',
  ),
);

/**
 * The details in two parts: the facts that a responder asks for first, under names of ours, and every detail as it came. Without
 * a list for its type the first details are the telling ones. `omitted` counts what is in neither.
 */
export function tellingDetails(alert: Alert): { telling: Row[]; all: Row[]; omitted: number } {
  const details = withoutLifted(alert);
  const { rows: all, omitted } = flattenDetails(details);
  const told = new Set(
    [...(alert.resources ?? []), ...(alert.actors ?? [])]
      .flatMap(({ name, id }) => [name, id])
      .concat((alert.observables ?? []).map(({ value }) => value)),
  );
  const facts = FACTS.find(([type]) => alert.type.startsWith(type))?.[1] ?? [];
  const known = facts.flatMap(([label, ...path]) => {
    const value = written(at(details, path));
    return value === undefined || told.has(value) ? [] : [rowOf(ours(label), shownText(value, 500))];
  });
  const telling = facts.length > 0 ? known.slice(0, MAX_TELLING) : firstOf(details, told);
  return { telling, all, omitted };
}

function firstOf(details: Record<string, unknown>, told: ReadonlySet<unknown>): Row[] {
  const own = Object.entries(details).filter(
    ([name, value]) => !FRAME.has(name) && !told.has(value) && value !== REMOVED,
  );
  const flat = own.filter(([, value]) => typeof value !== 'object');
  const nested = own.filter(([, value]) => typeof value === 'object');
  return flattenDetails(Object.fromEntries([...flat, ...nested])).rows.slice(0, MAX_TELLING);
}

/** What our own format documents in details and the alert has as fields stands in the mail already. */
function withoutLifted(alert: Alert): Record<string, unknown> {
  const lifted: Record<string, boolean> = {
    action_taken: (alert.actions_taken ?? []).length > 0,
    action_success: (alert.actions_taken ?? []).length > 0,
    confidence: alert.confidence !== undefined,
    rule: alert.rule !== undefined,
    mitre_id: alert.mitre !== undefined,
    source_ip: (alert.observables ?? []).some(({ value }) => value === alert.details['source_ip']),
  };
  return Object.fromEntries(
    Object.entries(alert.details).filter(([name, value]) => {
      const isField = Object.hasOwn(lifted, name) && lifted[name] === true;
      return !isField || (typeof value === 'object' && value !== null);
    }),
  );
}

function at(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (name !== '*')
    return Object.hasOwn(value, name) ? at((value as Record<string, unknown>)[name], rest) : undefined;
  return Object.values(value)
    .map((inner) => at(inner, rest))
    .find((found) => found !== undefined);
}

/** A scalar, a list of scalars, or the scalars of an object: `A=5.2, C=1`. */
function written(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object') return scalar(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && typeof inner !== 'object');
  if (entries.length === 0) return undefined;
  return entries
    .map(([name, inner]) => (Array.isArray(value) ? scalar(inner) : `${name}=${scalar(inner)}`))
    .join(', ');
}
