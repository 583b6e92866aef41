/** A set of regions with a domain of its own; ARNs begin with it. */
export type AwsPartition = 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc';

/**
 * Where the services of a partition answer: `sqs.<region>.<domain>`.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and the endpoint rules of the SDK
 * (`partitions.json`): China, GovCloud, European Sovereign Cloud
 */
export const AWS_DOMAINS: Readonly<Record<AwsPartition, string>> = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
  'aws-eusc': 'amazonaws.eu',
};

/** The partition of a region, by the beginning of its name: `cn-north-1`, `us-gov-west-1`, `eusc-de-east-1`. */
export function partitionOf(region: string): AwsPartition {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}

/** Where people look: `<region>.<domain>`. https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/console-regions.html */
const CONSOLE_DOMAINS: Readonly<Record<AwsPartition, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Pages that belong to no region: of accounts in the partition `aws`, where these services are. */
export const AWS_GLOBAL_PAGES = {
  billing: `https://${CONSOLE_DOMAINS.aws}/costmanagement/home#/budgets`,
  health: 'https://health.aws.amazon.com/health/home#/account/event-log',
} as const;

export const AWS_DOCUMENTATION = 'docs.aws.amazon.com';

/** The hosts of AWS's own pages: consoles of every partition, AWS Health, documentation. `*.` is any name below. */
export const AWS_PAGE_HOSTS: readonly string[] = [
  ...Object.values(CONSOLE_DOMAINS).flatMap((domain) => [domain, `*.${domain}`]),
  'health.aws.amazon.com',
  AWS_DOCUMENTATION,
];

/** The console of a region, without a path. The partition is the region's, unless only a placeholder of it is known. */
export function consoleOf(region: string, partition = partitionOf(region)): string {
  return `https://${region}.${CONSOLE_DOMAINS[partition]}`;
}
