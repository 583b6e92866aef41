import { AWS_DOMAINS, partitionOf } from '../../core/model/config/aws-partition.ts';
import { type AwsClientOptions, type AwsCredentials, exchangeOf } from '../aws/client-options.ts';
import { awsSigner, signatureInstant } from '../aws/signature.ts';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** Whose credentials the operator's tools work with. */
export type CallerIdentity = {
  /** `arn:aws:sts::111122223333:assumed-role/Operators/ana`. No permission is needed for it. */
  arn(): Promise<string>;
  destroy(): void;
};

/**
 * The caller as STS knows it (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, as remembered).
 *
 * One call of the query protocol: a client of the SDK's for it would be a package more.
 */
export function stsCallerIdentity(
  options: AwsClientOptions & { region: string },
  credentials: () => Promise<AwsCredentials>,
): CallerIdentity {
  const { region } = options;
  const exchange = exchangeOf(options);
  const url = new URL(options.endpoint ?? `https://sts.${region}.${AWS_DOMAINS[partitionOf(region)]}`);
  const sign = awsSigner({ service: 'sts', region });
  return {
    arn: async () => {
      const identity = await credentials();
      const headers: Record<string, string> = {
        host: url.host,
        'content-type': 'application/x-www-form-urlencoded',
        'x-amz-date': signatureInstant(Date.now()),
        ...(identity.sessionToken !== undefined && { 'x-amz-security-token': identity.sessionToken }),
      };
      const authorization = sign({ method: 'POST', path: '/', headers, body: BODY }, identity);
      const answer = await exchange.send({
        isTls: url.protocol === 'https:',
        hostname: url.hostname,
        port: url.port === '' ? undefined : Number(url.port),
        method: 'POST',
        path: '/',
        headers: { ...headers, authorization, 'content-length': String(Buffer.byteLength(BODY)) },
        body: BODY,
      });
      const text = answer.body.toString('utf8');
      const arn = elementOf(text, 'Arn');
      if (answer.status === 200 && arn !== undefined) return arn;
      throw Object.assign(new Error(elementOf(text, 'Message') ?? `STS answered ${String(answer.status)}`), {
        name: elementOf(text, 'Code') ?? 'UnknownError',
      });
    },
    destroy: () => {
      exchange.destroy();
    },
  };
}

function elementOf(xml: string, name: string): string | undefined {
  const [, after] = xml.split(`<${name}>`, 2);
  const [value] = after?.split('<', 1) ?? [];
  return value === '' ? undefined : value;
}
