import { AWS_DOMAINS, partitionOf } from '../../core/model/config/aws-partition.ts';
import type { AwsClientOptions, AwsCredentials } from './client-options.ts';
import { defaultProvider as environmentCredentials } from './credentials.ts';
import { type AwsSigner, awsSigner } from './signature.ts';

/** Where a service is asked, and who signs for it. */
export type AwsEndpoint = {
  isTls: boolean;
  hostname: string;
  port: number | undefined;
  host: string;
  sign: AwsSigner;
};

/** Of a client of our own. From the options, else `AWS_ENDPOINT_URL_<SERVICE>`, else `AWS_ENDPOINT_URL`, else AWS itself. */
export function endpointOf(
  { service, subdomain, ownUrl }: { service: string; subdomain: string; ownUrl: string },
  options: AwsClientOptions,
): AwsEndpoint {
  const { AWS_REGION, AWS_DEFAULT_REGION, [ownUrl]: own, AWS_ENDPOINT_URL: all } = process.env;
  const region = options.region ?? (AWS_REGION || AWS_DEFAULT_REGION);
  if (!region) throw new Error('region is missing; expected AWS_REGION');
  const domain = AWS_DOMAINS[partitionOf(region)];
  const url = new URL(options.endpoint ?? (own || all || `https://${subdomain}.${region}.${domain}`));
  return {
    isTls: url.protocol === 'https:',
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    host: url.host,
    sign: awsSigner({ service, region }),
  };
}

/** Asked for before every call. Lambda never changes those of the environment while a process lives. */
export function credentialsOf({ credentials }: AwsClientOptions): () => Promise<AwsCredentials> {
  if (typeof credentials === 'function') return credentials;
  if (credentials !== undefined) return async () => credentials;
  const fromEnvironment = environmentCredentials();
  let known: AwsCredentials | undefined;
  return async () => (known ??= await fromEnvironment());
}
