import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, test } from 'vitest';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { sesMailer } from '../../../functions/adapters/ses/mailer.ts';
import { type AwsAnswer, awsFake, clientOptions } from '../aws-fake.ts';
import { emulatedAws } from '../emulated-aws.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

const mail = {
  to: 'b@receiver.example',
  subject: 'x',
  text: 'body',
  html: '<p>body</p>',
  headers: { 'X-Tocsin-Severity': 'high' },
  deliveryId: '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
  alertId: '0b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
};

async function aMailer(answer: AwsAnswer) {
  const fake = await awsFake(() => answer);
  opened.push(fake);
  const client = sesClient(clientOptions(fake.endpoint, { requestTimeoutMs: 100 }));
  return { fake, mailer: sesMailer({ client, from: 'a@sender.example', configurationSet: 'set' }) };
}

const xmlError = (code: string, status = 400, message = code): AwsAnswer => ({
  status,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

describe('a mail', () => {
  test('is handed over as MIME, to one recipient, with the delivery as its tag', async () => {
    const { fake, mailer } = await aMailer({
      body: '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>m-1</MessageId></SendRawEmailResult></SendRawEmailResponse>',
    });
    expect(await mailer.send(mail)).toEqual({ result: 'accepted', messageId: 'm-1' });
    const form = Object.fromEntries(new URLSearchParams(fake.calls[0]?.body));
    expect(form).toMatchObject({
      Action: 'SendRawEmail',
      Source: 'a@sender.example',
      'Destinations.member.1': 'b@receiver.example',
      ConfigurationSetName: 'set',
      'Tags.member.1.Name': 'deliveryId',
      'Tags.member.1.Value': mail.deliveryId,
      'Tags.member.2.Name': 'alertId',
      'Tags.member.2.Value': mail.alertId,
    });
    const parsed = await simpleParser(Buffer.from(form['RawMessage.Data'] ?? '', 'base64'));
    expect(parsed).toMatchObject({ subject: 'x', html: '<p>body</p>', to: { text: 'b@receiver.example' } });
    expect(parsed.headers.get('x-tocsin-severity')).toBe('high');
  });

  test('is accepted by the emulated service, and rejected from an address that is not verified', async () => {
    const aws = await emulatedAws();
    opened.push(aws);
    aws.emulators.ses.mailbox.addIdentity('sender.example');
    const client = sesClient(aws.options);
    const accepted = await sesMailer({ client, from: 'a@sender.example' }).send(mail);
    expect(accepted.result).toBe('accepted');
    expect(aws.emulators.ses.mailbox.newest(1)[0]).toMatchObject({ recipients: ['b@receiver.example'] });
    expect(await sesMailer({ client, from: 'a@other.example' }).send(mail)).toMatchObject({
      result: 'not-permitted',
      code: 'MessageRejected',
      detail: expect.stringContaining('***@other.example') as unknown,
    });
  });

  test('to a recipient that is not verified is not permitted in the sandbox', async () => {
    const aws = await emulatedAws();
    opened.push(aws);
    aws.emulators.ses.mailbox.addIdentity('sender.example');
    aws.emulators.ses.grant('sandbox');
    expect(
      await sesMailer({ client: sesClient(aws.options), from: 'a@sender.example' }).send(mail),
    ).toMatchObject({
      result: 'not-permitted',
      detail: expect.stringContaining('***@receiver.example') as unknown,
    });
  });

  test.each([
    ['Throttling', 400, 'throttled'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['LimitExceededException', 400, 'throttled'],
    ['MessageRejected', 400, 'rejected'],
    ['MailFromDomainNotVerified', 400, 'not-permitted'],
    ['AccessDenied', 403, 'not-permitted'],
    ['ConfigurationSetDoesNotExist', 400, 'not-permitted'],
    ['InvalidParameterValue', 400, 'rejected'],
    ['AccountSendingPausedException', 400, 'unavailable'],
    ['ConfigurationSetSendingPausedException', 400, 'unavailable'],
    ['InternalFailure', 500, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
  ])('that meets %s (%d) is %s, after one call', async (code, status, result) => {
    const { fake, mailer } = await aMailer(xmlError(code, status));
    expect(await mailer.send(mail)).toMatchObject({ result });
    expect(fake.calls).toHaveLength(1);
  });

  test.each([
    ['Throttling', 'Maximum sending rate exceeded.', 'throttled'],
    ['Throttling', 'Daily message quota exceeded.', 'quota-exceeded'],
    ['ThrottlingException', 'Daily message quota exceeded', 'quota-exceeded'],
    ['Throttling', 'Daily sending quota exceeded', 'quota-exceeded'],
    ['Throttling', 'Rate exceeded', 'throttled'],
  ])('that meets %s: %s is %s', async (code, message, result) => {
    const { mailer } = await aMailer(xmlError(code, 400, message));
    expect(await mailer.send(mail)).toEqual({ result, code, detail: message });
  });

  test.each(['no-answer', 'reset'] as const)(
    'that gets %s may have been taken, after one call',
    async (answer) => {
      const { fake, mailer } = await aMailer(answer);
      expect(await mailer.send(mail)).toMatchObject({ result: 'unanswered' });
      expect(fake.calls).toHaveLength(1);
    },
  );

  test('that finds nobody to connect to was certainly not taken', async () => {
    const { mailer, fake } = await aMailer('no-answer');
    await fake.close();
    expect(await mailer.send(mail)).toMatchObject({ result: 'unavailable', code: 'Error' });
  });

  test.each([
    ['ExpiredToken', 403],
    ['InvalidClientTokenId', 403],
    ['SignatureDoesNotMatch', 403],
  ])('that fails for our own fault, %s, is thrown', async (code, status) => {
    const { mailer } = await aMailer(xmlError(code, status));
    await expect(mailer.send(mail)).rejects.toThrow(code);
  });

  test.each([
    [
      'Email address is not verified: somebody.long@receiver.example',
      'Email address is not verified: ***@receiver.example',
    ],
    [
      "not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-central-1:1:identity/b/c@receiver.example'",
      "not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-central-1:1:identity/***@receiver.example'",
    ],
  ])('that is not permitted tells why without the address: %s', async (message, detail) => {
    const { mailer } = await aMailer(xmlError('MessageRejected', 403, message));
    expect(await mailer.send(mail)).toMatchObject({ code: 'MessageRejected', detail });
  });
});
