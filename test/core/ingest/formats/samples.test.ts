import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../../functions/core/model/wire/severity.ts';
import { alertsOf, draftsOf } from './read-payload.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';
import type { FieldMapping } from '../../../../functions/core/model/config/source.ts';

/** Real events of public projects; not part of the repository, so these tests run where the folder is. */
const SAMPLES = new URL('../../../../../shared/samples/', import.meta.url);
const here = existsSync(SAMPLES);

const read = (path: string): string => readFileSync(new URL(path, SAMPLES), 'utf8');
const parsed = (path: string): unknown => JSON.parse(read(path));

function expectComplete(alerts: Alert[]): void {
  expect(alerts).not.toEqual([]);
  for (const alert of alerts) {
    expect(alert.title).not.toBe('');
    expect(SEVERITIES).toContain(alert.severity);
    expect(alert.dedup_key.length).toBeLessThanOrEqual(255);
  }
}

const summary = ({ title, severity, status }: Alert) => `${severity} ${status}: ${title}`;

describe.skipIf(!here)(
  `real events${here ? '' : ' (skipped: the folder shared/samples is not beside the repository)'}`,
  () => {
    it.each<[string, string, string[]]>([
      [
        'guardduty',
        'events/guardduty_finding_high.json',
        ['critical firing: SAMPLE Unprotected port on EC2 instance i-123123123 is being probed'],
      ],
      [
        'guardduty',
        'events/guardduty_finding_medium.json',
        ['medium firing: SAMPLE Unprotected port on EC2 instance i-123123123 is being probed'],
      ],
      [
        'guardduty',
        'events/guardduty_finding_low.json',
        ['low firing: SAMPLE Unprotected port on EC2 instance i-123123123 is being probed'],
      ],
      [
        'guardduty',
        'messages/guardduty_finding.json',
        ['critical firing: SAMPLE Unprotected port on EC2 instance i-123123123 is being probed'],
      ],
      [
        'guardduty',
        'messages/guardduty_malware_protection_object_scan_result.json',
        [
          'high firing: Malware found in amzn-s3-demo-bucket/APKAEIBAERJR2EXAMPLE: EICAR-Test-File (not a virus)',
        ],
      ],
      [
        'cloudwatch-alarm',
        'events/cloudwatch_alarm.json',
        ['medium firing: CloudWatch alarm Example: ALARM'],
      ],
      [
        'cloudwatch-alarm',
        'messages/cloudwatch_alarm.json',
        ['medium resolved: CloudWatch alarm DBMigrationRequired: OK'],
      ],
      [
        'cloudwatch-alarm',
        'events/aws_health_event.json',
        ['high firing: AWS Health: AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED (i-abcd1111)'],
      ],
      [
        'cloudwatch-alarm',
        'messages/glue_notification.json',
        ['high firing: Glue Job State Change: test_job FAILED'],
      ],
      [
        'cloudwatch-alarm',
        'messages/dms_notification.json',
        ['medium firing: hello-world: Replication task has stopped.'],
      ],
      ['cloudwatch-alarm', 'messages/text_message.json', ['medium firing: All Fine']],
    ])('of AWS read as %s: %s', (format, path, expected) => {
      const alerts = alertsOf(format, parsed(`aws-notify-slack/functions/${path}`));
      expectComplete(alerts);
      expect(alerts.map(summary)).toEqual(expected);
    });

    it('of AWS Backup come several in one document', () => {
      const alerts = alertsOf('cloudwatch-alarm', parsed('aws-notify-slack/functions/messages/backup.json'));
      expectComplete(alerts);
      expect(alerts.length).toBeGreaterThan(1);
    });

    it('of Alertmanager', () => {
      const alerts = alertsOf(
        'alertmanager',
        parsed('alertmanager/pkg/card/testdata/prom_post_request.json'),
      );
      expectComplete(alerts);
      expect(alerts.map(summary)).toEqual(['medium firing: Server High Memory usage']);
    });

    it.each(['ocsf', 'security-hub'])('of Security Hub v2 read as %s', (format) => {
      const alerts = (parsed('security-hub-v2/fixtures/samples.json') as unknown[]).flatMap((event) =>
        alertsOf(format, event),
      );
      expectComplete(alerts);
      expect(alerts).toHaveLength(3);
      expect(alerts.map((alert) => alert.source_alert_id)).not.toContain(undefined);
    });

    it('of Prowler', () => {
      const alerts = (
        parsed('prowler-ocsf/examples/output/example_output_aws.ocsf.json') as unknown[]
      ).flatMap((finding) => alertsOf('ocsf', finding));
      expectComplete(alerts);
      expect(alerts).toHaveLength(5);
      expect(alerts.every((alert) => alert.severity_original !== undefined)).toBe(true);
    });
  },
);

type Labelled = { log_type: string; file: string; log: Record<string, unknown> };
const labelled = (): Labelled[] =>
  read('panther-analysis/events.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labelled);

/** Some events are filed under another log type than their own; their own stands in the event. */
const familyOf = ({ log_type, log }: Labelled): string => {
  const own = log['p_log_type'];
  return (typeof own === 'string' ? own : log_type).split('.', 1)[0] ?? '';
};

/** Log types that one of the formats is for. */
const FITTING: Record<string, string> = {
  'AWS.GuardDuty': 'guardduty',
  'AWS.SecurityFindingFormat': 'security-hub',
  'Okta.SystemLog': 'okta',
  'GitHub.Webhook': 'github',
};

/** Where the events of a vendor say what happened, as its operator would map it. */
const TITLES: Record<string, string> = {
  AWS: 'eventName | title | Title | query_name | query.hostname | terminatingRuleId | action | dst_endpoint.ip',
  Amazon: 'verb | protoPayload.methodName | operationName',
  Atlassian: 'attributes.action | action',
  Auth0: 'data.description | data.type',
  Axonius: 'event.action | event.type',
  Azure: 'operationName | category',
  CarbonBlack: 'reason | description | type',
  CiscoUmbrella: 'DomainName | domain',
  Crowdstrike:
    'DetectName | Name | name | event_simpleName | metadata.eventType | fdr_event_type | unknown_payload.ExternalApiType',
  Dropbox: 'event_type.description | event_type._tag',
  Duo: 'action | event_type | reason',
  GCP: 'protoPayload.methodName | protopayload.methodName | methodName | /httprequest/requestUrl',
  GitHub: 'action | ref | pages[0].title | pull_request.title',
  Notion: 'event.type',
  Okta: 'displayMessage | displaymessage | eventType | eventtype',
  Snowflake: 'QUERY_TEXT | EVENT_TYPE | GRANTEE_NAME',
  Tailscale: 'event.action | event.type',
  Wiz: 'sourceRule.name | control.name | action',
  Zendesk: 'change_description | action_label',
  Zoom: 'operation_detail | action',
  Zscaler: 'event.action',
};
const ANY_TITLE = [
  'title | eventName | event_type | event | type | action | name | event_type_id | actionName | subject',
  'alarm_text | Description | operation_name | message | audit_log_event | eventTypeName | EVENT_TYPE | uuid | object',
].join(' | ');
/** Events of a flow log and of a statistic name nothing; their operator would call them something. */
const UNNAMED = 'unnamed event';

function mappingOf(event: Labelled): FieldMapping {
  const family = familyOf(event);
  return {
    fields: {
      title: `${TITLES[family] ?? ANY_TITLE} | "${UNNAMED}"`,
      severity: 'severity | Severity.Label | alarm_risk_level | severity_level',
      event_time: 'eventTime | published | time | timestamp | created_at | p_event_time',
      actor: 'userIdentity.arn | actor.email | actor.alternateId | actor | user_name',
      ip: 'sourceIPAddress | client.ipAddress | ipAddress | callerIpAddress',
      type: `"${family.toLowerCase() || 'unlabelled'}"`,
    },
    severityScale: 'words',
    resolvedWhen: ['resolved', 'closed'],
  };
}

describe.skipIf(!here)('labelled events of a detection library', () => {
  it.each(Object.entries(FITTING))('%s are read by the format for them', (logType, format) => {
    const events = labelled().filter(
      (event) => event.log_type === logType && (event.log['p_log_type'] ?? logType) === logType,
    );
    expect(events.length).toBeGreaterThan(0);
    for (const { log } of events) {
      expectComplete(alertsOf(format, log));
      const [draft] = draftsOf(format, log);
      // Read, not filled in: the format itself found a severity.
      expect(draft?.severity, JSON.stringify(log)).toBeDefined();
      expect(draft?.title).toBeDefined();
    }
  });

  it('of every log type become alerts through a mapping, nearly all with words of their own', () => {
    const events = labelled();
    expect(events.length).toBeGreaterThan(1_500);
    const alerts = events.flatMap((event) =>
      alertsOf('mapping', event.log, { source: { mapping: mappingOf(event) } }),
    );
    expectComplete(alerts);
    expect(alerts).toHaveLength(events.length);
    expect(alerts.filter((alert) => alert.title === UNNAMED).length).toBeLessThanOrEqual(40);
  });
});
