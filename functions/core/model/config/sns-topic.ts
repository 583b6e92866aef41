import { AWS_DOMAINS, partitionOf } from './aws-partition.ts';

/** Names are 1 to 256 letters, digits, hyphens and underscores; a FIFO topic ends in `.fifo`. */
const TOPIC_ARN =
  /^arn:(?<partition>aws[a-z-]*):sns:(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}):\d{12}:[A-Za-z0-9_-]{1,256}(?<fifo>\.fifo)?$/u;
const SNS_HOST = /^sns\.(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d{1,2})\.(?<domain>[a-z.]+)$/u;

/** The region of a topic, and whether it is FIFO; undefined when the text is no ARN of a topic. */
export function readTopicArn(arn: string): { region: string; isFifo: boolean } | undefined {
  const { partition, region, fifo } = TOPIC_ARN.exec(arn)?.groups ?? {};
  if (region === undefined || partition !== partitionOf(region)) return undefined;
  return { region, isFifo: fifo !== undefined };
}

/** Where SNS of a region serves certificates and confirmations: `sns.eu-central-1.amazonaws.com`. */
export function snsHost(region: string): string {
  return `sns.${region}.${AWS_DOMAINS[partitionOf(region)]}`;
}

/** Whether a host is that of SNS in some region, under the domain of that region's partition. */
export function isSnsHost(host: string): boolean {
  const region = SNS_HOST.exec(host)?.groups?.['region'];
  return region !== undefined && host === snsHost(region);
}
