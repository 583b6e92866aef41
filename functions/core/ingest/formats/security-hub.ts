import {
  fieldsAt,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  texts,
  textFields,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import type { Resource } from '../../model/alert.ts';
import { graded, severityFromAsffNormalized, severityFromWord } from '../severity-scales.ts';
import { awsDetails, awsLabels, awsParts, expandAws, readAwsEvent } from './aws-event.ts';
import type { AlertDraft, Format } from './format.ts';
import { readOcsf } from './ocsf.ts';

/**
 * Security Hub findings: ASFF from Security Hub CSPM, OCSF from Security Hub v2 ("Findings Imported V2"), as
 * EventBridge event (one or several findings), in an SNS message, or bare.
 *
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html and
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html (2026-11-21)
 */
export const securityHub: Format = {
  name: 'security-hub',
  summary: 'AWS Security Hub findings: ASFF, or OCSF from Security Hub v2',
  preset: { auth: { type: 'sns', topics: [] } },
  deliveryIdHeaders: ['x-amz-sns-message-id'],
  comesOverSns: true,
  expand: expandAws,
  read: readSecurityHub,
};

const KNOWN = [
  'Id',
  'Title',
  'Description',
  'Severity',
  'Remediation',
  'Resources',
  'UpdatedAt',
  'Confidence',
  'SourceUrl',
];

function readSecurityHub(record: Fields): AlertDraft {
  const { document, event, sns } = awsParts(record);
  if (isFields(document['finding_info'])) {
    const draft = readOcsf(document);
    return { ...draft, labels: { ...awsLabels(event, sns), ...draft.labels } };
  }
  const id = text(document['Id']);
  if (id === undefined || (document['ProductArn'] === undefined && document['GeneratorId'] === undefined)) {
    return readAwsEvent(record);
  }
  const generator = text(document['GeneratorId']);
  const url = webUrl(document['SourceUrl']);
  const confidence = document['Confidence'];
  return {
    type: `aws.security-hub.${
      text(document['ProductName'])
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9]+/gu, '-') ?? 'finding'
    }`,
    status: isOver(document) ? 'resolved' : 'firing',
    ...readSeverity(document),
    ...optional('title', text(document['Title'])),
    ...optional('description', text(document['Description'])),
    ...optional('event_time', instant(document['UpdatedAt']) ?? instant(event['time'])),
    source_alert_id: id,
    dedup_key: `security-hub:${id}`,
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 100 && { confidence }),
    ...(generator !== undefined && { rule: { id: generator } }),
    ...listed('resources', list(document['Resources']).map(readResource)),
    ...listed('observables', observablesOf(document)),
    ...readRemediation(fieldsAt(document, 'Remediation', 'Recommendation')),
    ...(url !== undefined && { links: [{ rel: 'source', url }] }),
    labels: {
      ...awsLabels(event, sns, document),
      ...optional('product', text(document['ProductName'])),
      ...optional('workflow', text(fieldsAt(document, 'Workflow')['Status'])),
    },
    details: awsDetails(without(document, ...KNOWN), sns),
  };
}

/** The label is what people see; the number is what old products sent instead. */
function readSeverity(document: Fields): ReturnType<typeof graded> {
  const given = {
    ...fieldsAt(document, 'FindingProviderFields', 'Severity'),
    ...fieldsAt(document, 'Severity'),
  };
  return given['Label'] === undefined
    ? graded(given['Normalized'], severityFromAsffNormalized)
    : graded(given['Label'], severityFromWord);
}

function isOver(document: Fields): boolean {
  const workflow = text(fieldsAt(document, 'Workflow')['Status']);
  return (
    document['RecordState'] === 'ARCHIVED' ||
    workflow === 'RESOLVED' ||
    workflow === 'SUPPRESSED' ||
    fieldsAt(document, 'Compliance')['Status'] === 'PASSED'
  );
}

function readResource(value: unknown): Resource | undefined {
  const { Type, Id, Region } = fieldsAt(value);
  return named(text(Type), { id: Id, region: Region });
}

function observablesOf(document: Fields): { type: string; value: string }[] {
  const indicators = list(document['ThreatIntelIndicators']).flatMap((indicator) => {
    const { Type, Value } = textFields(indicator);
    return Value === undefined ? [] : [{ type: (Type ?? 'unknown').toLowerCase(), value: Value }];
  });
  const network = fieldsAt(document, 'Network');
  const addresses = texts([network['SourceIpV4'], network['SourceIpV6'], network['DestinationIpV4']]);
  return [...addresses.map((value) => ({ type: 'ip', value })), ...indicators];
}

function readRemediation(recommendation: Fields): Pick<AlertDraft, 'remediation'> {
  const remediation = {
    ...optional('summary', text(recommendation['Text'])),
    ...optional('url', webUrl(recommendation['Url'])),
  };
  return Object.keys(remediation).length === 0 ? {} : { remediation };
}
