import { consoleOf } from '../../../model/config/aws-partition.ts';
import type { AlertDraft } from '../format.ts';
import { fieldsAt, isFields, optional, text, type Fields } from '../../read-fields.ts';

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
    ...optional('region', regionOf({ document, event, sns })),
    ...optional('topic', text(sns['TopicArn'])),
  };
}

function accountOf({ document, event }: AwsRecord): string | undefined {
  const names = ['accountId', 'awsAccountId', 'AwsAccountId', 'AWSAccountId', 'AccountId'];
  return text(event['account']) ?? firstText(document, names);
}

export function regionOf({ document, event, sns }: AwsRecord): string | undefined {
  const region =
    text(event['region']) ??
    firstText(document, ['region', 'Region', 'awsRegion']) ??
    arnRegion(sns['TopicArn']);
  // CloudWatch writes "EU (Frankfurt)" into its messages, which is no name of a region.
  return region !== undefined && isRegion(region) ? region : undefined;
}

function firstText(fields: Fields, names: readonly string[]): string | undefined {
  return names.map((name) => text(fields[name])).find((found) => found !== undefined);
}

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

/** What is left of an ARN behind its last `:` or `/`: the name that people know. */
export function arnName(arn: string): string {
  return arn.startsWith('arn:') ? (arn.split(/[:/]/u).at(-1) ?? arn) : arn;
}
