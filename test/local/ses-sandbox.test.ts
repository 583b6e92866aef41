import { SendRawEmailCommand, SESClient, GetSendQuotaCommand } from '@aws-sdk/client-ses';
import { expect, test, vi } from 'vitest';
import { serveEmulators } from './emulators/serve-emulators.ts';
import { clientSettings, runFixture } from './fixture-stack.ts';
import type { Template } from './fixture-stack.ts';

const SENDER = 'alerts@example.com';
const OPS = 'ops@example.com';

async function sandbox() {
  const served = await serveEmulators();
  served.emulators.ses.mailbox.addIdentity(SENDER);
  served.emulators.ses.grant('sandbox');
  const client = new SESClient(clientSettings(served.url));
  const send = (...Destinations: string[]): Promise<unknown> =>
    client.send(
      new SendRawEmailCommand({
        Source: SENDER,
        Destinations,
        RawMessage: { Data: Buffer.from(`From: ${SENDER}\r\nSubject: x\r\n\r\nx`) },
      }),
    );
  return { ...served, client, send };
}

test('the sandbox refuses recipients that are not verified, and names each', async () => {
  const { emulators, send } = await sandbox();
  emulators.ses.limit({ perSecond: 3 });
  emulators.ses.mailbox.addIdentity('verified.example');
  await expect(send(OPS, 'b@verified.example', 'c@example.com')).rejects.toMatchObject({
    name: 'MessageRejected',
    message:
      'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ops@example.com, c@example.com',
  });
  expect(emulators.ses.mailbox.newest(1)).toEqual([]);
});

test('the sandbox takes verified recipients and those of the mailbox simulator', async () => {
  const { clock, emulators, send } = await sandbox();
  emulators.ses.mailbox.addIdentity(OPS);
  await send(OPS);
  clock.advance(1_001);
  await send('bounce@simulator.amazonses.com');
  expect(emulators.ses.mailbox.newest(5)).toHaveLength(2);
});

test('the sandbox takes 200 mails a day and one a second', async () => {
  const { client, clock, emulators, send } = await sandbox();
  emulators.ses.mailbox.addIdentity(OPS);
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({
    Max24HourSend: 200,
    MaxSendRate: 1,
  });
  await send(OPS);
  await expect(send(OPS)).rejects.toMatchObject({ message: 'Maximum sending rate exceeded.' });
  clock.advance(1_001);
  await send(OPS);
  emulators.ses.grant('production');
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ Max24HourSend: 50_000 });
  await send('anyone@example.net');
});

const IDENTITY = 'arn:aws:ses:eu-central-1:000000000000:identity';

/** The role of `work` sends as the sender alone, in the words of `statement`. */
const sendsWith =
  (statement: object) =>
  (template: Template): void => {
    const role = template.Resources['workRole']?.['Properties'] as {
      Policies: { PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }[];
    };
    const policy = role.Policies[0]?.PolicyDocument;
    if (policy === undefined) throw new Error('the fixture has no policy');
    policy.Statement = policy.Statement.filter(({ Action }) => Action !== 'ses:SendRawEmail');
    const set = 'arn:aws:ses:eu-central-1:000000000000:configuration-set/Fixture';
    policy.Statement.push(
      { Effect: 'Allow', Action: 'ses:SendRawEmail', Resource: set } as never,
      { Effect: 'Allow', Action: 'ses:SendRawEmail', ...statement } as never,
    );
  };

async function mailFrom(options: Parameters<typeof runFixture>[0]) {
  const errors: string[] = [];
  const run = await runFixture({ ...options, onError: (line) => errors.push(line) });
  await fetch(`${run.url}/v1/ingest/a?do=send`, { method: 'POST', body: 'mail' });
  return { errors, run };
}

test('in the sandbox IAM is asked about the recipient too: a grant for the sender alone is not enough', async () => {
  const { errors } = await mailFrom({
    sesAccess: 'sandbox',
    change: sendsWith({ Resource: `${IDENTITY}/${SENDER}` }),
  });
  await vi.waitFor(() => {
    expect(errors).toEqual([
      `Fixture-work failed: AccessDenied: User \`arn:aws:sts::000000000000:assumed-role/Fixture-work/Fixture-work' is not authorized to perform \`ses:SendRawEmail' on resource \`${IDENTITY}/${OPS}'`,
    ]);
  }, 10_000);
});

test('outside of the sandbox the same grant is enough', async () => {
  const { run } = await mailFrom({ change: sendsWith({ Resource: `${IDENTITY}/${SENDER}` }) });
  await vi.waitFor(async () => {
    expect(await run.mails()).toHaveLength(1);
  }, 10_000);
});

test.each([
  [SENDER, 'MessageRejected: Email address is not verified.'],
  ['someone@example.com', 'AccessDenied: User `arn:aws:sts::'],
])('any identity with the condition ses:FromAddress %s: %s', async (from, expected) => {
  const Condition = { StringEquals: { 'ses:FromAddress': from } };
  const { errors } = await mailFrom({
    sesAccess: 'sandbox',
    change: sendsWith({ Resource: `${IDENTITY}/*`, Condition }),
  });
  await vi.waitFor(() => {
    expect(errors[0]).toContain(`Fixture-work failed: ${expected}`);
  }, 10_000);
});
