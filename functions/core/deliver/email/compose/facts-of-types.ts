/** A fact that a responder asks for first: what we call it, and where in the details it stands; `*` is any one key. */
export type Fact = [label: string, ...path: string[]];

const CVE: Fact[] = [
  ['CVE', 'cve_id'],
  ['CVSS', 'cvss_score'],
];
const NETWORK = ['service', 'action', '*'];

/** CEF and LEEF, FortiGate, Sophos and others: what a firewall or a scanner says of what it saw. */
const DEVICE: Fact[] = [
  ['Action', 'act'],
  ['Action', 'action'],
  ['Attack', 'attack'],
  ['Threat', 'threatname'],
  ['File', 'fname'],
  ['File', 'filename'],
  ['Address', 'url'],
  ['Reason', 'reason'],
  ['Port', 'dstport'],
  ['Port', 'dpt'],
  ['Service', 'service'],
  ['Policy', 'policyname'],
  ['Policy', 'policyid'],
  ['Rule', 'cs1'],
];

/**
 * What a responder asks first, by the beginning of the alert's type; the first entry that fits counts. Labels are not in here: they
 * have a row of their own.
 */
export const FACTS_OF_TYPES: readonly (readonly [type: string, facts: readonly Fact[]])[] = [
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
  ['cef.', DEVICE],
  ['leef.', DEVICE],
  ['text', DEVICE],
];

function signIn(): Fact[] {
  return [
    ['Result', 'responseElements', 'ConsoleLogin'],
    ['Error', 'errorMessage'],
    ['Program', 'userAgent'],
  ];
}
