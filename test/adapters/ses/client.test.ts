import { describe, expect, test, vi } from 'vitest';
import { awsSigner } from '../../../functions/adapters/aws/signature.ts';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { endpointOf } from '../../../functions/adapters/aws/endpoint.ts';
import { clientOptions } from '../aws-fake.ts';
import { type Behaviour, hostileAws } from '../hostile-aws.ts';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
const SENT = (id: string) =>
  `<SendRawEmailResponse xmlns="x"><SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult></SendRawEmailResponse>`;
const status =
  (code: number, body: string): Behaviour =>
  (response) =>
    void response.writeHead(code).end(body);

async function asked(...behaviours: Behaviour[]) {
  const aws = await hostileAws(...behaviours);
  const options = clientOptions(aws.endpoint, { credentials: CREDENTIALS, requestTimeoutMs: 300 });
  return { aws, client: sesClient(options) };
}

describe('a call of SES', () => {
  test('is a form that is signed, with host, type, date and identity', async () => {
    const { aws, client } = await asked(SENT('m-1'));
    const answered = await client.call('SendRawEmail', { Source: 'a b+c@sender.example' });
    expect(answered('MessageId')).toBe('m-1');
    const [{ headers, body } = { headers: {}, body: '' }] = aws.seen;
    expect(body).toBe('Action=SendRawEmail&Version=2010-12-01&Source=a%20b%2Bc%40sender.example');
    const given = headers.authorization ?? '';
    const names = /SignedHeaders=([^,]+)/u.exec(given)?.[1]?.split(';') ?? [];
    expect(names).toEqual(['content-type', 'host', 'x-amz-date', 'x-amz-security-token']);
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const sign = awsSigner({ service: 'ses', region: 'eu-central-1' });
    expect(sign({ method: 'POST', path: '/', headers: signed, body }, CREDENTIALS)).toBe(given);
  });

  test.each([
    ['&lt;a&gt; &amp; &quot;b&quot; &apos;c&apos;', `<a> & "b" 'c'`],
    ['&#64;&#x1F600;', '@\u{1F600}'],
    ['&amp;lt;', '&lt;'],
    ['&nbsp; &#9999999; & x', '&nbsp; &#9999999; & x'],
    ['', ''],
  ])('is answered with text as XML writes it: %s', async (written, text) => {
    const { client } = await asked(SENT(written));
    expect((await client.call('SendRawEmail'))('MessageId')).toBe(text);
  });

  test('has no text for an element that is not there', async () => {
    const { client } = await asked(SENT('m-1'));
    expect((await client.call('SendRawEmail'))('Max24HourSend')).toBeUndefined();
  });

  test('that is refused throws the code, the words and the status of SES', async () => {
    const { client } = await asked(
      status(
        400,
        '<ErrorResponse><Error><Code>MessageRejected</Code><Message>no &amp; never</Message></Error></ErrorResponse>',
      ),
    );
    await expect(client.call('SendRawEmail')).rejects.toMatchObject({
      name: 'MessageRejected',
      message: 'no & never',
      status: 400,
    });
  });

  test.each([
    [503, '<html>a proxy</html>'],
    [500, ''],
    [302, 'elsewhere'],
  ])('that is answered %d by something else throws the status', async (code, body) => {
    const { client } = await asked(status(code, body));
    await expect(client.call('SendRawEmail')).rejects.toMatchObject({ name: 'UnknownError', status: code });
  });

  test.each(['', '{}', '<html>a proxy</html>', '<GetSendQuotaResponse/>'])(
    'that is answered 200 with %j is not taken for done',
    async (body) => {
      const { client } = await asked(body);
      await expect(client.call('SendRawEmail')).rejects.toMatchObject({
        name: 'DamagedAnswerError',
        status: undefined,
      });
    },
  );

  test('is made once, whatever the options say', async () => {
    const { aws, client } = await asked(status(500, ''));
    await expect(client.call('SendRawEmail')).rejects.toMatchObject({ status: 500 });
    expect(aws.seen).toHaveLength(1);
  });

  test('ends when its caller gives up', async () => {
    const { client } = await asked(() => undefined);
    await expect(client.call('GetSendQuota', {}, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('a service is asked', () => {
  const SES = { service: 'ses', subdomain: 'email', ownUrl: 'AWS_ENDPOINT_URL_SES' };

  test.each([
    ['eu-central-1', 'email.eu-central-1.amazonaws.com'],
    ['cn-north-1', 'email.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'email.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'email.eusc-de-east-1.amazonaws.eu'],
  ])('in %s at %s', (region, host) => {
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    expect(endpointOf(SES, { region })).toMatchObject({ host, isTls: true, port: undefined });
  });

  test('where its own variable says, else where that of all services says', () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect(endpointOf(SES, {})).toMatchObject({ host: '127.0.0.1:1', isTls: false, port: 1 });
    vi.stubEnv('AWS_ENDPOINT_URL_SES', 'http://127.0.0.1:2');
    expect(endpointOf(SES, {})).toMatchObject({ host: '127.0.0.1:2', port: 2 });
    expect(endpointOf(SES, { endpoint: 'http://127.0.0.1:3' })).toMatchObject({ port: 3 });
  });

  test('nowhere without a region', () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_DEFAULT_REGION', '');
    expect(() => endpointOf(SES, {})).toThrow('region is missing');
  });
});
