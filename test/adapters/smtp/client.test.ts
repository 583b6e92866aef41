import { afterAll, describe, expect, test } from 'vitest';
import { simpleParser } from 'mailparser';
import type { Lookup } from '../../../functions/adapters/net/address.ts';
import { mailMime } from '../../../functions/adapters/net/mail-mime.ts';
import { smtpClient } from '../../../functions/adapters/smtp/client.ts';
import type { SmtpServer } from '../../../functions/core/deliver/email/smtp/smtp-client.ts';
import { isAllowedAddress } from '../../../functions/core/deliver/allowed-address.ts';
import { aMail, anAlert } from '../../core/deliver/email/compose/an-alert.ts';
import { selfSigned, tlsAuthority } from '../../tls-authority.ts';
import {
  PASSWORD,
  scriptedServers,
  startMailServer,
  USER,
  type MailServer,
  type Script,
} from '../mail-servers.ts';
import { stoppedTime } from '../stopped-time.ts';

const HOST = 'smtp.example';
const FROM = 'alerts@sender.example';
const authority = tlsAuthority();
const certificate = authority.issue({ hosts: [HOST, '127.0.0.1'] });
const scripted = scriptedServers();
const started: MailServer[] = [];
afterAll(async () => {
  await Promise.all([scripted.closeAll(), ...started.map(async (server) => server.close())]);
});

/** The first byte of what begins a handshake. https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const TLS_HANDSHAKE = 22;

const toLoopback: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const mail = {
  ...aMail({ alert: anAlert({ title: 'Zürich 東京 😀', description: '.\n..\nä' }) }),
  from: FROM,
};

async function aServer(options: Parameters<typeof startMailServer>[1] = {}, issued = certificate) {
  const server = await startMailServer(issued, options);
  started.push(server);
  return server;
}

function aClient(options: { lookup?: Lookup; isAllowed?: (address: string) => boolean } = {}) {
  return smtpClient({
    isAllowedAddress: options.isAllowed ?? (() => true),
    lookup: options.lookup ?? toLoopback,
  });
}

function to(port: number, server: Partial<SmtpServer> = {}): SmtpServer {
  return {
    host: HOST,
    port,
    security: 'starttls',
    user: USER,
    password: PASSWORD,
    ca: authority.ca,
    ...server,
  };
}

const send = async (server: SmtpServer, deadlineMs = 10_000) => aClient().send(server, mail, deadlineMs);

/** Sends to a server that follows a script, with TLS from the start. */
async function sendTo(script: Script, deadlineMs = 10_000) {
  const lines: string[] = [];
  const port = await scripted.tls(certificate, script, lines);
  return { answer: await send(to(port, { security: 'tls' }), deadlineMs), lines };
}

describe('a mail server that takes the mail', () => {
  test.each([
    ['STARTTLS', 'starttls'],
    ['TLS from the start', 'tls'],
  ] as const)('gets it with %s, after a login over TLS', async (_name, security) => {
    const server = await aServer({ isTlsFirst: security === 'tls' });
    const answer = await send(to(server.port, { security }));
    expect(answer).toMatchObject({
      answer: 'done',
      code: 250,
      reply: '250 Ok: queued as 4bQ7Zx1k2Lz9',
      address: '127.0.0.1',
      tlsVersion: 'TLSv1.3',
      phasesMs: { dns: expect.any(Number) as number, connect: expect.any(Number) as number },
    });
    expect(server.logins).toEqual([{ user: USER, password: PASSWORD, method: 'PLAIN', isSecure: true }]);
    expect(server.mails).toMatchObject([{ from: FROM, to: ['ana@receiver.example'], isSecure: true }]);
  });

  test('gets the bytes that SES would get, dots at the start of a line included', async () => {
    const server = await aServer();
    await send(to(server.port));
    const expected = await simpleParser(Buffer.from(await mailMime(mail, FROM)));
    const { parsed, raw } = server.mails[0]!;
    const isNow = (line: string) => line.startsWith('Date: ');
    const own = Buffer.from(await mailMime(mail, FROM)).toString('latin1');
    expect(raw.split('\r\n').filter((line) => !isNow(line))).toEqual(
      own.split('\r\n').filter((line) => !isNow(line)),
    );
    expect([...parsed.headers.keys()]).toEqual([...expected.headers.keys()]);
    expect([parsed.subject, parsed.text, parsed.html]).toEqual([
      expected.subject,
      expected.text,
      expected.html,
    ]);
  });

  test('is logged in to and left without a mail', async () => {
    const server = await aServer();
    expect(await aClient().login(to(server.port), 10_000)).toMatchObject({
      answer: 'done',
      stage: 'login',
      code: 235,
    });
    expect(server.logins).toHaveLength(1);
    expect(server.mails).toEqual([]);
  });

  test('is greeted with the domain of the sender, never with the name of this machine', async () => {
    const { lines } = await sendTo({});
    expect(lines[0]).toBe('EHLO sender.example');
  });

  test.each(['LOGIN', 'CRAM-MD5'])('may know only %s', async (method) => {
    const server = await aServer({
      authMethods: [method],
      ...(method === 'CRAM-MD5' && {
        onAuth: (auth, _session, callback) =>
          callback(null, auth.validatePassword(PASSWORD) ? { user: auth.username } : {}),
      }),
    });
    expect(await send(to(server.port))).toMatchObject({ answer: 'done' });
    expect(server.mails).toHaveLength(1);
  });
});

describe('a mail server that says no', () => {
  test('to the password: the answer tells, and the password stands nowhere in it', async () => {
    const server = await aServer();
    const answer = await send(to(server.port, { password: `${PASSWORD}-old` }));
    expect(answer).toMatchObject({ answer: 'refused', stage: 'login', code: 535 });
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect(server.mails).toEqual([]);
  });

  test.each([
    ['greeting', '554 5.7.1 go away', 'greeting', 554],
    ['AUTH', '454 4.7.0 temporary authentication failure', 'login', 454],
    ['MAIL', '550 5.7.1 sender not allowed', 'sender', 550],
    ['MAIL', '421 4.7.0 closing', 'sender', 421],
    ['RCPT', '450 4.2.0 greylisted, try again later', 'recipient', 450],
    ['RCPT', '550 5.1.1 no such user', 'recipient', 550],
    ['DATA', '451 4.3.0 out of order', 'message', 451],
    ['mail', '552 5.2.3 too large', 'message', 552],
  ] as const)('at %s with %s: stage and code are told', async (step, reply, stage, code) => {
    const { answer } = await sendTo({ [step]: reply });
    expect(answer).toMatchObject({ answer: 'refused', stage, code, reply });
  });

  test('greylisted once, the same mail is taken the second time', async () => {
    let tries = 0;
    const server = await aServer({
      onRcptTo: (_address, _session, callback) => {
        tries += 1;
        callback(tries === 1 ? Object.assign(new Error('4.2.0 greylisted'), { responseCode: 450 }) : null);
      },
    });
    expect(await send(to(server.port))).toMatchObject({ answer: 'refused', stage: 'recipient', code: 450 });
    expect(await send(to(server.port))).toMatchObject({ answer: 'done' });
    expect(server.mails).toHaveLength(1);
  });

  test('and repeats what it was sent: neither password nor its base64 is in the answer', async () => {
    const plain = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64');
    const base64 = Buffer.from(PASSWORD).toString('base64');
    const { answer } = await sendTo({ AUTH: `535 no: ${plain} ${base64} ${PASSWORD}` });
    expect(answer).toMatchObject({ reply: '535 no: *** *** ***' });
  });

  test('that offers no login is told so, and gets no password', async () => {
    const { answer, lines } = await sendTo({ EHLO: '250 mail.example' });
    expect(answer).toMatchObject({
      answer: 'no-login',
      detail: expect.stringContaining('no login') as string,
    });
    expect(lines.join('\n')).not.toContain('AUTH');
  });
});

describe('without TLS that is trusted', () => {
  test.each([
    ['offers no STARTTLS', { STARTTLS: '502 5.5.1 not implemented' }],
    [
      'fails to begin it',
      { EHLO: '250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN', STARTTLS: '454 4.7.0 no' },
    ],
  ])('a server that %s gets neither password nor mail', async (_name, script) => {
    const lines: string[] = [];
    const port = await scripted.open(script, lines);
    expect(await send(to(port))).toMatchObject({
      answer: 'tls-failed',
      detail: expect.stringContaining('does not take STARTTLS') as string,
    });
    expect(lines).toEqual(['EHLO sender.example', 'STARTTLS']);
  });

  test('what is slipped in before the handshake is not read as said after it', async () => {
    const server = await aServer();
    const port = await scripted.open({ STARTTLS: '220 go\r\n235 2.7.0 you are logged in' });
    expect((await send(to(port), 300)).answer).not.toBe('done');
    expect(server.mails).toEqual([]);
  });

  const problems = {
    'for another host': {
      issued: authority.issue({ hosts: ['other.example'] }),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    'that is over': {
      issued: authority.issue({ hosts: [HOST], notAfter: new Date(Date.now() - 60_000) }),
      code: 'CERT_HAS_EXPIRED',
    },
    'that nobody vouches for': { issued: selfSigned([HOST]), code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  };
  test.each(
    Object.entries(problems).flatMap(([name, problem]) =>
      (['starttls', 'tls'] as const).map((security) => [name, security, problem] as const),
    ),
  )('a certificate %s (%s): no password is sent', async (_name, security, { issued, code }) => {
    const server = await aServer({ isTlsFirst: security === 'tls' }, issued);
    expect(await send(to(server.port, { security }))).toMatchObject({
      answer: 'tls-failed',
      stage: 'tls',
      detail: expect.stringMatching(
        new RegExp(`^the mail server has a certificate .*\\(${code}\\)$`, 'u'),
      ) as string,
    });
    expect(server.logins).toEqual([]);
  });

  test.each(['starttls', 'tls'] as const)('TLS 1.1 is not spoken (%s)', async (security) => {
    const server = await aServer({
      isTlsFirst: security === 'tls',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    expect(await send(to(server.port, { security }))).toMatchObject({ answer: 'tls-failed' });
    expect(server.logins).toEqual([]);
  });

  test('a private authority is needed, and trusted for this server alone', async () => {
    const server = await aServer();
    const { ca: _ca, ...withoutAuthority } = to(server.port);
    expect(await aClient().send(withoutAuthority, mail, 10_000)).toMatchObject({ answer: 'tls-failed' });
    expect(await send(to(server.port))).toMatchObject({ answer: 'done' });
  });

  test('an authority that cannot be read is told before anything is connected', async () => {
    expect(await send(to(9, { ca: 'no pem' }))).toMatchObject({ answer: 'unusable-certificate' });
  });

  test('a port that speaks in the clear where TLS is expected', async () => {
    const port = await scripted.open();
    expect(await send(to(port, { security: 'tls' }))).toMatchObject({ answer: 'tls-failed' });
  });
});

describe('a server that does not end', () => {
  const steps = ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'mail'] as const;
  test('that wants TLS from the first byte, and is asked for STARTTLS, is told in these words', async () => {
    const server = await aServer({ isTlsFirst: true });
    expect(await send(to(server.port, { security: 'starttls' }), 150)).toMatchObject({
      answer: 'timeout',
      stage: 'greeting',
      detail: expect.stringContaining('wants TLS from the first byte') as string,
    });
  });

  test.each(steps)('hangs at %s: the deadline ends it', async (step) => {
    const time = stoppedTime();
    const hanging = scripted.hanging();
    const sent = sendTo({ [step]: 'hang' }, 150);
    await hanging;
    await time.pass(150);
    expect((await sent).answer).toMatchObject({
      answer: 'timeout',
      detail: expect.stringContaining('within 150 ms') as string,
    });
  });

  test.each(steps)('breaks off at %s: the connection failed', async (step) => {
    const { answer } = await sendTo({ [step]: 'reset' });
    expect(answer).toMatchObject({ answer: 'connection-failed' });
  });

  test.each(['starttls', 'tls'] as const)('never ends the handshake (%s)', async (security) => {
    const begun = Promise.withResolvers<void>();
    const port = await scripted.tcp((socket) => {
      if (security === 'starttls') socket.write('220 mail.example ESMTP\r\n');
      socket.on('data', (chunk) => {
        if (chunk[0] === TLS_HANDSHAKE) begun.resolve();
        else if (String(chunk).startsWith('STARTTLS')) socket.write('220 go ahead\r\n');
        else socket.write('250-mail.example\r\n250 STARTTLS\r\n');
      });
    });
    const time = stoppedTime();
    const sent = send(to(port, { security }), 150);
    await begun.promise;
    await time.pass(150);
    expect(await sent).toMatchObject({ answer: 'timeout', stage: 'tls' });
  });

  test('greets for ever, line by line', async () => {
    const port = await scripted.tcp((socket) => {
      socket.on('error', () => undefined);
      const line = Buffer.from('220-welcome\r\n'.repeat(500));
      const more = (): void => void (socket.writable && socket.write(line, more));
      more();
    });
    expect(await send(to(port))).toMatchObject({ answer: 'connection-failed' });
  });

  test('answers with one line of 200 MB, of which 16 KiB are kept', async () => {
    let written = 0;
    const port = await scripted.tcp((socket) => {
      socket.on('error', () => undefined);
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        written += chunk.length;
        if (socket.writable && written < 200_000_000) socket.write(chunk, more);
      };
      more();
    });
    expect(await send(to(port))).toMatchObject({ answer: 'connection-failed' });
    expect(written).toBeLessThan(50_000_000);
  });

  test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', '999 what', '250\u0000', 'SSH-2.0-OpenSSH_9.6'])(
    'is no mail server: %j',
    async (greeting) => {
      const { answer } = await sendTo({ greeting });
      expect(['connection-failed', 'refused']).toContain(answer.answer);
    },
  );
});

describe('the address of a mail server', () => {
  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', 'fd00:ec2::254', '100.64.0.1'])(
    '%s is refused before a socket is opened',
    async (address) => {
      const server = await aServer();
      const client = smtpClient({
        isAllowedAddress: (one) => isAllowedAddress(one),
        lookup: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
      });
      expect(await client.send(to(server.port), mail, 10_000)).toMatchObject({
        answer: 'refused-address',
        detail: `${HOST} resolves to ${address}, which is not a public address`,
      });
      expect(server.logins).toEqual([]);
    },
  );

  test('is asked for once: an answer of dns that changes changes nothing', async () => {
    const server = await aServer();
    const answers = ['127.0.0.1', '10.255.255.1'];
    let asked = 0;
    const client = smtpClient({
      isAllowedAddress: (address) => address === '127.0.0.1',
      lookup: async () => [{ address: answers[asked++] ?? '10.255.255.1', family: 4 }],
    });
    expect(await client.send(to(server.port), mail, 10_000)).toMatchObject({
      answer: 'done',
      address: '127.0.0.1',
    });
    expect(asked).toBe(1);
  });

  test('that cannot be resolved, or does not answer', async () => {
    const unknown = aClient({
      lookup: async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    });
    expect(await unknown.send(to(587), mail, 10_000)).toMatchObject({
      answer: 'dns-failed',
      detail: 'smtp.example cannot be resolved (ENOTFOUND)',
    });
    const slow = aClient({ lookup: async () => new Promise(() => undefined) });
    expect(await slow.send(to(587), mail, 50)).toMatchObject({ answer: 'timeout', stage: 'dns' });
    const port = await scripted.tcp(() => undefined);
    await scripted.closeAll();
    expect(await send(to(port))).toMatchObject({
      answer: 'connection-failed',
      stage: 'connect',
      detail: 'connection failed (ECONNREFUSED)',
    });
  });
});
