import {
  GetAccountSendingEnabledCommand,
  GetIdentityDkimAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  ListTemplatesCommand,
  SendRawEmailCommand,
  SESClient,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import { beforeEach, expect, test } from 'vitest';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { readMail } from '../../../local/pages/read-mail.ts';
import { clientSettings, TEST_OPERATOR } from '../fixture-stack.ts';
import { signedFetch } from '../signed-fetch.ts';
import { serveEmulators } from './serve-emulators.ts';
import type { TestClock } from './serve-emulators.ts';

let url: string;
let ses: SESClient;
let emulators: Emulators;
let clock: TestClock;

beforeEach(async () => {
  ({ url, emulators, clock } = await serveEmulators());
  ses = new SESClient(clientSettings(url));
  await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: 'alerts@example.com' }));
});

const RAW = [
  'From: "Tocsin, the gateway" <alerts@example.com>',
  'To: "A, B" <visible@example.com>, c@example.com',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
  'X-Custom: keep',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'hello raw',
].join('\r\n');

const sendRaw = (raw = RAW, more: object = {}): Promise<{ MessageId?: string | undefined }> =>
  ses.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, ...more }));

const newest = async (): Promise<Awaited<ReturnType<typeof readMail>> | undefined> => {
  const [mail] = emulators.ses.mailbox.newest(1);
  return mail && readMail(mail);
};

test('keeps the raw mail as it was sent, with the envelope', async () => {
  const { MessageId } = await sendRaw(RAW, { Destinations: ['hidden@example.com'] });
  expect(await newest()).toMatchObject({
    messageId: MessageId,
    from: 'alerts@example.com',
    to: ['hidden@example.com'],
    subject: 'Grüße',
    text: 'hello raw',
    html: '',
    headers: { 'x-custom': 'keep' },
    raw: RAW,
  });
});

test('takes recipients from the headers when none are given', async () => {
  await sendRaw();
  expect((await newest())?.to).toEqual(['visible@example.com', 'c@example.com']);
});

test.each(['success', 'bounce', 'complaint'])('takes mail to the simulator address %s', async (name) => {
  expect(await sendRaw(RAW, { Destinations: [`${name}@simulator.amazonses.com`] })).toHaveProperty(
    'MessageId',
  );
});

test.each([
  [
    'an unverified sender',
    () => sendRaw(RAW, { Source: 'nobody@unverified.test' }),
    'MessageRejected',
    'Email address is not verified',
  ],
  [
    'an unknown configuration set',
    () => sendRaw(RAW, { ConfigurationSetName: 'nope' }),
    'ConfigurationSetDoesNotExistException',
    'nope',
  ],
  [
    '51 recipients',
    () => sendRaw(RAW, { Destinations: Array.from({ length: 51 }, (_, i) => `u${i}@example.com`) }),
    'InvalidParameterValue',
    'Recipient count',
  ],
  [
    'no recipient',
    () => sendRaw('From: alerts@example.com\r\n\r\nx'),
    'InvalidParameterValue',
    "header 'To'",
  ],
  ['no sender', () => sendRaw('To: a@example.com\r\n\r\nx'), 'InvalidParameterValue', "header 'From'"],
  [
    'an illegal address',
    () => sendRaw(RAW, { Destinations: ['not an address'] }),
    'InvalidParameterValue',
    'Illegal address',
  ],
  [
    'a mail over 10 MB',
    () => sendRaw(RAW + 'x'.repeat(10 * 1024 * 1024)),
    'InvalidParameterValue',
    'Message length',
  ],
])('refuses %s', async (_, sending, name, message) => {
  await expect(sending()).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message) as string,
  });
  expect(emulators.ses.mailbox.newest(1)).toEqual([]);
});

test('a verified domain may send from any of its addresses', async () => {
  emulators.ses.mailbox.addIdentity('example.org');
  expect(await sendRaw(RAW, { Source: 'anyone@example.org' })).toHaveProperty('MessageId');
});

test('answers what operators ask about identities and the quota', async () => {
  const Identities = ['alerts@example.com', 'other@example.com'];
  const verification = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities }));
  expect(verification.VerificationAttributes).toEqual({
    'alerts@example.com': { VerificationStatus: 'Success' },
  });
  const dkim = await ses.send(new GetIdentityDkimAttributesCommand({ Identities }));
  expect(dkim.DkimAttributes).toMatchObject({ 'alerts@example.com': { DkimEnabled: true } });
  await sendRaw();
  expect(await ses.send(new GetSendQuotaCommand({}))).toMatchObject({ MaxSendRate: 14, SentLast24Hours: 2 });
  expect(await ses.send(new GetAccountSendingEnabledCommand({}))).toMatchObject({ Enabled: true });
});

test('any other action is refused by name', async () => {
  await expect(ses.send(new ListTemplatesCommand({}))).rejects.toMatchObject({
    name: 'InvalidAction',
    message: 'the local run does not emulate the SES action ListTemplates',
  });
});

test('tells the operator who they are', async () => {
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }).toString();
  const answer = await signedFetch(url, { service: 'sts', body, keys: TEST_OPERATOR });
  expect(await answer.text()).toContain('<Arn>arn:aws:iam::000000000000:user/operator</Arn>');
});

test('refuses what is over the quota of the day, by recipients, until the day has passed', async () => {
  emulators.ses.limit({ perDay: 3 });
  await sendRaw();
  await expect(sendRaw()).rejects.toMatchObject({
    name: 'Throttling',
    message: 'Daily message quota exceeded.',
  });
  await sendRaw(RAW, { Destinations: ['one@example.com'] });
  expect(await ses.send(new GetSendQuotaCommand({}))).toMatchObject({ Max24HourSend: 3, SentLast24Hours: 3 });
  clock.advance(86_400_001);
  await sendRaw();
});

test('refuses what is over a rate that was set, and knows no rate before', async () => {
  const one = { Destinations: ['one@example.com'] };
  for (let count = 0; count < 20; count += 1) await sendRaw(RAW, one);
  clock.advance(1_001);
  emulators.ses.limit({ perSecond: 1 });
  await sendRaw(RAW, one);
  await expect(sendRaw(RAW, one)).rejects.toMatchObject({
    name: 'Throttling',
    message: 'Maximum sending rate exceeded.',
  });
  clock.advance(1_001);
  await sendRaw(RAW, one);
});
