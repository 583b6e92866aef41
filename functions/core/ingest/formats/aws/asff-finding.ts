import type { AlertStatus, Resource } from '../../../model/wire/alert.ts';
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
  type Fields,
} from '../../read-fields.ts';
import { graded, severityFromAsffNormalized, severityFromWord } from '../../severity-scales.ts';
import type { AlertDraft } from '../format.ts';
import { arnRegion, awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/**
 * A finding in the AWS Security Finding Format, from Security Hub CSPM.
 *
 * Archived, passed or resolved by its workflow it is resolved; suppressed by its workflow it is dismissed.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html (2026-11-21)
 */
export const asffFinding: AwsService = {
  isOwn: ({ document }) =>
    text(document['Id']) !== undefined &&
    (document['ProductArn'] !== undefined || document['GeneratorId'] !== undefined),
  read: (record) => {
    const { document, event } = record;
    const id = text(document['Id']) ?? '';
    const generator = text(document['GeneratorId']);
    const url = webUrl(document['SourceUrl']);
    const confidence = document['Confidence'];
    const region = regionOf(record) ?? arnRegion(id);
    const status = statusOf(document);
    const workflow = workflowOf(document);
    const note = fieldsAt(document, 'Note');
    return {
      type: `aws.security-hub.${productOf(document)}`,
      status,
      ...(workflow !== undefined && { isHandled: HANDLED.has(workflow) }),
      ...(status === 'dismissed' && {
        dismissal: {
          reason: 'suppressed in Security Hub',
          ...optional('by', text(note['UpdatedBy'])),
          ...optional('comment', text(note['Text'])),
        },
      }),
      ...severityOf(document),
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
      ...listed('links', [
        ...(consoleLink(region, `securityhub/home?region=${region ?? ''}#/findings?search=${searchFor(id)}`)
          .links ?? []),
        url === undefined ? undefined : { rel: 'source', url },
      ]),
      labels: {
        ...awsLabels(record),
        ...optional('product', text(document['ProductName'])),
        ...optional('workflow', text(fieldsAt(document, 'Workflow')['Status'])),
      },
    };
  },
};

function productOf(document: Fields): string {
  const product = text(document['ProductName'])
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-');
  return product ?? 'finding';
}

/** The label where there is one; the normalized number otherwise. Two generations of the format name them differently. */
function severityOf(document: Fields): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const given: Fields = {
    ...fieldsAt(document, 'FindingProviderFields', 'Severity'),
    ...fieldsAt(document, 'Severity'),
  };
  return given['Label'] === undefined
    ? graded(given['Normalized'], severityFromAsffNormalized)
    : graded(given['Label'], severityFromWord);
}

/**
 * What somebody has looked at: told to the owner, accepted, or solved. `NEW` is the fourth and last word.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html
 */
const HANDLED = new Set(['NOTIFIED', 'SUPPRESSED', 'RESOLVED']);

function workflowOf(document: Fields): string | undefined {
  return text(fieldsAt(document, 'Workflow')['Status']) ?? text(document['WorkflowState']);
}

function statusOf(document: Fields): AlertStatus {
  const workflow = workflowOf(document);
  const isOver =
    document['RecordState'] === 'ARCHIVED' ||
    workflow === 'RESOLVED' ||
    fieldsAt(document, 'Compliance')['Status'] === 'PASSED';
  if (isOver) return 'resolved';
  return workflow === 'SUPPRESSED' ? 'dismissed' : 'firing';
}

/** The search of the findings page, percent-encoded twice as the console writes it. */
function searchFor(id: string): string {
  return `Id%3D%255Coperator%255C%253AEQUALS%255C%253A${encodeURIComponent(encodeURIComponent(id))}`;
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
  const network = isFields(document['Network']) ? document['Network'] : {};
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
