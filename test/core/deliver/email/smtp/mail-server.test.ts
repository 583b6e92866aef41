import { describe, expect, test } from 'vitest';
import {
  classifySmtpAnswer,
  queueIdOf,
} from '../../../../../functions/core/deliver/email/smtp/classify-smtp-answer.ts';
import type {
  SmtpAnswer,
  SmtpServer,
  SmtpStage,
} from '../../../../../functions/core/deliver/email/smtp/smtp-client.ts';
import { mailServerOf } from '../../../../../functions/core/deliver/email/smtp/mail-server.ts';
import type { SmtpTransport } from '../../../../../functions/core/model/config/destination.ts';
import { aMailingList } from '../../../../adapters/records.ts';
import { aMail, anAlert } from '../compose/an-alert.ts';

const phasesMs = { dns: 1.4, connect: 2.6 };

function refused(stage: SmtpStage, code: number, text: string): SmtpAnswer {
  return { answer: 'refused', stage, code, reply: `${code} ${text}`, phasesMs };
}

function told(answer: SmtpAnswer): string {
  const verdict = classifySmtpAnswer(answer);
  return 'reason' in verdict ? `${verdict.verdict} ${verdict.reason}` : verdict.verdict;
}

describe('what a reply means', () => {
  test.each([
    ['login', 535, '5.7.8 Username and Password not accepted', 'failed mail-login-refused'],
    ['login', 534, '5.7.9 Application-specific password required', 'failed mail-login-refused'],
    ['login', 504, '5.5.4 mechanism not supported', 'failed mail-login-refused'],
    ['login', 454, '4.7.0 Temporary authentication failure', 'retry mail-service-failed'],
    ['login', 454, '4.7.0 Too many login attempts, please try again later', 'waits mail-throttled'],
    ['greeting', 554, '5.7.1 no service for you', 'failed mail-rejected'],
    ['greeting', 421, '4.3.2 shutting down', 'waits mail-throttled'],
    ['sender', 550, '5.7.1 not your address', 'failed mail-rejected'],
    ['sender', 550, '5.4.5 Daily user sending limit exceeded', 'waits mail-quota-exhausted'],
    ['message', 421, '4.7.28 rate limited', 'waits mail-throttled'],
    ['recipient', 450, '4.2.0 Greylisted, please try again later', 'retry mail-service-failed'],
    ['recipient', 450, '4.2.1 receiving mail too quickly', 'waits mail-throttled'],
    ['recipient', 550, '5.1.1 no such user', 'failed mail-rejected'],
    ['message', 451, '4.3.0 local error', 'retry mail-service-failed'],
    ['message', 452, '4.3.1 out of storage', 'retry mail-service-failed'],
    ['message', 552, '5.2.3 too large', 'failed mail-rejected'],
    ['message', 554, '5.7.1 looks like spam', 'failed mail-rejected'],
  ] as const)('at %s %i %s: %s', (stage, code, text, expected) => {
    expect(told(refused(stage, code, text))).toBe(expected);
  });

  test.each([
    ['timeout', 'retry timeout'],
    ['dns-failed', 'retry dns-failed'],
    ['connection-failed', 'retry connection-failed'],
    ['tls-failed', 'retry tls-failed'],
    ['refused-address', 'failed refused-address'],
    ['unusable-certificate', 'failed unusable-certificate'],
    ['no-login', 'failed mail-login-refused'],
  ] as const)('%s: %s', (answer, expected) => {
    expect(told({ answer, stage: 'connect', detail: 'in words', phasesMs })).toBe(expected);
  });
});

test.each([
  ['250 2.0.0 Ok: queued as 4bQ7Zx1k2Lz9', '4bQ7Zx1k2Lz9'],
  ['250 OK id=1rXyZa-0001Ab-2C', '1rXyZa-0001Ab-2C'],
  ['250 2.0.0 OK  1732165200 d2e1a72fcca58-724de - gsmtp', 'd2e1a72fcca58-724de'],
  [
    '250 2.0.0 OK <AM0PR01MB1@AM0PR01MB1.prod.outlook.com> [Hostname=x]',
    '<AM0PR01MB1@AM0PR01MB1.prod.outlook.com>',
  ],
  ['250 Ok 0100018b5c3c0a4f-1234-000000', '0100018b5c3c0a4f-1234-000000'],
  ['250 ok', undefined],
  ['250 queued as \u0000\u202e', undefined],
])('the id in %j is %j', (reply, id) => {
  expect(queueIdOf(reply)).toBe(id);
});

describe('the mail server of a destination', () => {
  const transport: SmtpTransport = {
    type: 'smtp',
    host: 'smtp.example.com',
    port: 587,
    security: 'starttls',
    user: 'alerts',
    from: 'alerts@sender.example',
  };
  const mail = aMail({ alert: anAlert({ title: 'a' }) });

  async function sent(answer: SmtpAnswer, later: { answer?: SmtpAnswer; version?: number } = {}) {
    const seen: { server: SmtpServer; from: string; to: string; deadlineMs: number }[] = [];
    const asked: unknown[] = [];
    let elapsed = 0;
    const service = await mailServerOf(
      { ...aMailingList(), version: 4, transport },
      {
        secrets: {
          mailServerSecret: async (...request) => {
            asked.push(request);
            return { current: request[1] === 4 ? 'canary' : 'canary-new', ca: 'PEM' };
          },
        },
        destinations: {
          find: async (_id, options) =>
            options?.isFresh === true
              ? { ...aMailingList(), version: later.version ?? 4, transport }
              : undefined,
        },
        elapsedMs: () => (elapsed += 1_000),
        client: {
          send: async (server, { from, to }, deadlineMs) => {
            seen.push({ server, from, to, deadlineMs });
            return seen.length > 1 ? (later.answer ?? answer) : answer;
          },
          login: async () => answer,
        },
      },
    );
    return { service, result: await service?.send(mail), seen, asked };
  }

  test('is SES when the destination names none, and then no secret is read', async () => {
    const ports = {
      secrets: { mailServerSecret: async () => Promise.reject(new Error('asked')) },
      destinations: { find: async () => Promise.reject(new Error('asked')) },
      elapsedMs: () => 0,
      client: {
        send: async () => Promise.reject(new Error()),
        login: async () => Promise.reject(new Error()),
      },
    };
    expect(await mailServerOf(aMailingList(), ports)).toBeUndefined();
  });

  test('is asked with the secret as of the version of the destination, and inside the lease', async () => {
    const { seen, asked, service } = await sent({
      answer: 'done',
      stage: 'message',
      code: 250,
      reply: '250 Ok: queued as ABCDEF',
      phasesMs,
    });
    expect(asked).toEqual([[aMailingList().id, 4]]);
    expect(seen).toMatchObject([
      {
        server: { host: 'smtp.example.com', password: 'canary', ca: 'PEM' },
        from: 'alerts@sender.example',
        to: mail.to,
      },
    ]);
    // The lease is 25 s, and the writes around the attempt may take 10.
    expect(seen[0]?.deadlineMs).toBeLessThanOrEqual(15_000);
    expect(service?.messageIdDomain).toBe('sender.example');
  });

  test('leaves code, id, phases and words in the delivery log', async () => {
    const { result } = await sent({
      answer: 'done',
      stage: 'message',
      code: 250,
      reply: '250 Ok: queued as ABCDEF',
      address: '203.0.113.7',
      tlsVersion: 'TLSv1.3',
      phasesMs,
    });
    expect(result).toEqual({
      verdict: 'delivered',
      facts: {
        phases_ms: { dns: 1, connect: 3 },
        address: '203.0.113.7',
        tls_version: 'TLSv1.3',
        status: 250,
        response_excerpt: '250 Ok: queued as ABCDEF',
        message_id: 'ABCDEF',
      },
    });
  });

  test('that repeats the password is kept without it', async () => {
    const token = Buffer.from('\0alerts\0canary-new').toString('base64');
    const said = refused('login', 535, `5.7.8 AUTH PLAIN ${token} canary-new`);
    const { result } = await sent(said, { answer: said, version: 5 });
    expect(result?.facts.response_excerpt).toMatch(/^535 5\.7\.8 AUTH PLAIN \S{0,18}\*\*\*\S{0,4} \*\*\*$/u);
  });

  const wrongPassword = refused('login', 535, '5.7.8 not accepted');
  const taken: SmtpAnswer = { answer: 'done', stage: 'message', code: 250, reply: '250 ok', phasesMs };

  test('that refuses a password is asked again with the one of a newer version, in the time that is left', async () => {
    const { result, seen } = await sent(wrongPassword, { answer: taken, version: 5 });
    expect(seen.map(({ server, deadlineMs }) => [server.password, deadlineMs])).toEqual([
      ['canary', 14_000],
      ['canary-new', 13_000],
    ]);
    expect(result).toMatchObject({ verdict: 'delivered', facts: { destination_version: 5 } });
  });

  test('that refuses a password which nobody changed is asked once: more tries lock accounts', async () => {
    const { result, seen } = await sent(wrongPassword);
    expect(seen).toHaveLength(1);
    expect(result).toMatchObject({ verdict: 'failed', reason: 'mail-login-refused' });
  });

  test.each([
    ['timeout', 'message', true],
    ['connection-failed', 'message', true],
    ['timeout', 'recipient', undefined],
    ['timeout', 'login', undefined],
    ['connection-failed', 'connect', undefined],
    ['tls-failed', 'tls', undefined],
  ] as const)('that ends with %s at %s may have the mail: %s', async (answer, stage, mayBeSent) => {
    const { result } = await sent({ answer, stage, detail: 'in words', phasesMs });
    expect(result).toMatchObject({ verdict: 'retry' });
    expect(result !== undefined && 'mayBeSent' in result ? result.mayBeSent : undefined).toBe(mayBeSent);
  });

  test('that is hostile leaves inert words without addresses, not more than 1,024 characters', async () => {
    const { result } = await sent(
      refused('recipient', 550, `<ana@receiver.example> \u001b[2J\u202e\u0000${'x'.repeat(5_000)}`),
    );
    expect(result).toMatchObject({ verdict: 'failed', reason: 'mail-rejected' });
    expect(result?.facts).toMatchObject({
      status: 550,
      detail: 'the mail server answered 550 to the recipient',
    });
    const excerpt = result?.facts.response_excerpt ?? '';
    expect(excerpt).toMatch(/^550 <\*\*\*@receiver\.example> ␛\[2J\[U\+202E\]␀xxx/);
    expect(excerpt).toHaveLength(1_024);
  });
});
