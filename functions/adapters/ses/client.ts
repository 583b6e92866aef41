import { type AwsClientOptions, exchangeOf } from '../aws/client-options.ts';
import { type AwsEndpoint, credentialsOf, endpointOf } from '../aws/endpoint.ts';
import { signatureInstant } from '../aws/signature.ts';

/** SES without its SDK, for the two calls that a function makes: docs/decisions/0163-two-calls-of-ses.md says why. */
export type SesClient = {
  /**
   * Makes one call, once: SES knows no idempotency token, so a repeated call is a second mail. Answers the text of an
   * element of the answer by its name.
   *
   * @throws SesError when SES refuses; what the network threw when it was not reached or did not answer
   */
  call(
    action: 'GetSendQuota' | 'SendRawEmail',
    parameters?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<(element: string) => string | undefined>;
  /** Closes the connections, so that a process can end. */
  destroy(): void;
};

/** A refusal: `name` is the code of SES, `MessageRejected`. Without a status: the answer is none that SES gives. */
export class SesError extends Error {
  readonly status: number | undefined;
  constructor(name: string, message: string, status?: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** https://docs.aws.amazon.com/ses/latest/APIReference/Welcome.html: the query protocol of this version. */
const VERSION = '2010-12-01';

export function sesClient(options: AwsClientOptions = {}): SesClient {
  const exchange = exchangeOf({ requestTimeoutMs: 5_000, ...options, maxAttempts: 1 });
  const credentials = credentialsOf(options);
  let endpoint: AwsEndpoint | undefined;

  return {
    call: async (action, parameters = {}, signal) => {
      endpoint ??= endpointOf(
        { service: 'ses', subdomain: 'email', ownUrl: 'AWS_ENDPOINT_URL_SES' },
        options,
      );
      const { isTls, hostname, port, host, sign } = endpoint;
      const identity = await credentials();
      const body = formOf({ Action: action, Version: VERSION, ...parameters });
      const headers: Record<string, string> = {
        host,
        'content-type': 'application/x-www-form-urlencoded',
        'x-amz-date': signatureInstant(Date.now()),
      };
      if (identity.sessionToken !== undefined) headers['x-amz-security-token'] = identity.sessionToken;
      const authorization = sign({ method: 'POST', path: '/', headers, body }, identity);
      headers['authorization'] = authorization;
      headers['content-length'] = String(Buffer.byteLength(body));
      const request = { isTls, hostname, port, method: 'POST', path: '/', headers, body, signal };
      const { status, body: answer } = await exchange.send(request);
      return read(action, status, answer.toString());
    },
    destroy: () => exchange.destroy(),
  };
}

/** A space is `%20`, as in everything that AWS documents. */
function formOf(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString().replaceAll('+', '%20');
}

function read(action: string, status: number, xml: string): (element: string) => string | undefined {
  const text = (element: string) => textOf(xml, element);
  if (status === 200 && xml.includes(`<${action}Response`)) return text;
  const code = text('Code');
  if (status === 200) {
    throw new SesError(
      'DamagedAnswerError',
      `ses answered ${action} with something else; expected its response`,
    );
  }
  throw new SesError(code ?? 'UnknownError', text('Message') ?? `status ${String(status)}`, status);
}

/** The text of the first element of this name. The answers hold each once, and no element in it. */
function textOf(xml: string, element: string): string | undefined {
  const [, text] = new RegExp(`<${element}>([^<]*)</${element}>`, 'u').exec(xml) ?? [];
  return text?.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/giu, unescaped);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name] ?? entity;
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
}
