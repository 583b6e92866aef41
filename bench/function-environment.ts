import { ENVIRONMENT } from '../functions/core/model/config/environment.ts';

/** Set where something is opened or added only: ranges of addresses, another network. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ENVIRONMENT.egressAllow,
  ENVIRONMENT.privateRanges,
  ENVIRONMENT.otherNetworkQueueUrl,
]);

/**
 * For a process that stands for a function on AWS, though its AWS speaks plain HTTP: Node reads its root certificates, as it does
 * in every function.
 */
export const TLS_LOADED = ['--require', 'node:tls'];

/** All variables that a function may ask for, so that none of the benches has to know which, with AWS at `awsUrl`. */
export function functionEnvironment(awsUrl: string): Record<string, string> {
  const value = (name: string): string => {
    if (name.endsWith('_URL')) return `${awsUrl}/000000000000/bench`;
    return name === ENVIRONMENT.retentionDays ? '90' : 'bench';
  };
  return {
    PATH: process.env['PATH'] ?? '',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: awsUrl,
    ...Object.fromEntries(
      Object.values(ENVIRONMENT)
        .filter((name) => !LEFT_OUT.has(name))
        .map((name) => [name, value(name)]),
    ),
  };
}
