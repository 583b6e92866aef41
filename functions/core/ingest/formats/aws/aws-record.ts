import { consoleOf } from '../../../model/config/aws-partition.ts';
import type { AlertDraft } from '../format.ts';
import { fieldsAt, isFields, optional, text, texts, type Fields } from '../../read-fields.ts';

/** One record of AWS: the service's own document, and what stood around it on its way. */
export type AwsRecord = { document: Fields; event: Fields; sns: Fields };

/** How one service of AWS tells something: whether a record is its own, and what it says. */
export type AwsService = {
  isOwn: (record: AwsRecord) => boolean;
  /** Details are what nobody read, and are added afterwards. */
  read: (record: AwsRecord) => AlertDraft;
};

/** The parts of an expanded record; a record that was never expanded is its own document. */
export function awsRecord(record: Fields): AwsRecord {
  const document = isFields(record['document']) ? record['document'] : record;
  return { document, event: fieldsAt(record, 'event'), sns: fieldsAt(record, 'sns') };
}

/** Account, region and topic: what routes ask for. */
export function awsLabels({ document, event, sns }: AwsRecord): Record<string, string> {
  return {
    ...optional('account', accountOf({ document, event, sns })),
    ...optional('account_name', text(document['AwsAccountName'])),
    ...optional('region', regionOf({ document, event, sns })),
    ...optional('topic', text(sns['TopicArn'])),
  };
}

/**
 * The account that a record is about. An administrator's account gets the events of its members (Security Hub, GuardDuty, Macie,
 * Inspector, the organizational view of Health), and `account` of the event is the administrator's then: the document comes first.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html and
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html (2026-11-27)
 */
export function accountOf({ document, event }: AwsRecord): string | undefined {
  return [...texts(ACCOUNT_NAMES.map((name) => document[name])), ...texts([event['account']])][0];
}

const ACCOUNT_NAMES = [
  'affectedAccount',
  'accountId',
  'awsAccountId',
  'AwsAccountId',
  'AWSAccountId',
  'AccountId',
];

/** The region that a record is about: an aggregation region gets the events of the linked ones. */
export function regionOf({ document, event, sns }: AwsRecord): string | undefined {
  const said = texts([
    ...REGION_NAMES.map((name) => document[name]),
    event['region'],
    arnRegion(sns['TopicArn']),
  ]);
  // CloudWatch writes "EU (Frankfurt)" into its messages, which is no name of a region, and Health says "global".
  return said.find(isRegion);
}

const REGION_NAMES = ['eventRegion', 'region', 'Region', 'awsRegion'];

export function arnRegion(arn: unknown): string | undefined {
  const region = text(arn)?.split(':')[3];
  return region === undefined || region === '' ? undefined : region;
}

function isRegion(text: string): boolean {
  return /^[a-z]{2,8}(?:-[a-z]+)+-\d{1,2}$/u.test(text);
}

/** A link into the console of a region, in its partition; none where the region is no region. */
export function consoleLink(region: string | undefined, path: string): Pick<AlertDraft, 'links'> {
  if (region === undefined || !isRegion(region)) {
    return {};
  }
  return { links: [{ rel: 'console', url: `${consoleOf(region)}/${path}` }] };
}

/** What is left of an ARN behind its last `:` or `/`: the name that people know. Behind that of a stack stands an id. */
export function arnName(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  return /:stack\/([^/:]{1,128})\//u.exec(arn)?.[1] ?? arn.split(/[:/]/u).at(-1) ?? arn;
}
