import { afterEach, describe, expect, test } from 'vitest';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { sesMailQuota } from '../../../functions/adapters/ses/mail-quota.ts';
import { type AwsAnswer, awsFake, clientOptions } from '../aws-fake.ts';
import { clockAt } from '../dynamodb-table.ts';
import { emulatedAws } from '../emulated-aws.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

const quotaAnswer = (perDay: number, sent: number): AwsAnswer => ({
  body: `<GetSendQuotaResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetSendQuotaResult><Max24HourSend>${perDay}</Max24HourSend><MaxSendRate>1</MaxSendRate><SentLast24Hours>${sent}</SentLast24Hours></GetSendQuotaResult></GetSendQuotaResponse>`,
});

async function aQuota(answer: AwsAnswer) {
  const given = { answer };
  const fake = await awsFake(() => given.answer);
  opened.push(fake);
  const clock = clockAt('2026-01-15T15:00:00.000Z');
  const errors: string[] = [];
  const quota = sesMailQuota({
    client: sesClient(clientOptions(fake.endpoint, { requestTimeoutMs: 100 })),
    clock,
    log: { info: () => undefined, error: (event) => void errors.push(event) },
  });
  return { given, fake, clock, errors, quota };
}

describe('the quota', () => {
  test('is what SES says, asked once a minute, by any number of mails at once', async () => {
    const { given, fake, clock, quota } = await aQuota(quotaAnswer(200, 170));
    const standing = { state: 'scarce', perDay: 200, sentLastDay: 170 };
    expect(await Promise.all([quota.standing(), quota.standing()])).toEqual([standing, standing]);
    given.answer = quotaAnswer(200, 20);
    clock.at += 59_999;
    expect(await quota.standing()).toEqual(standing);
    expect(fake.operations()).toEqual(['GetSendQuota']);
    clock.at += 1;
    expect(await quota.standing()).toEqual({ state: 'ample', perDay: 200, sentLastDay: 20 });
  });

  test.each<[string, AwsAnswer]>([
    [
      'refuses',
      { status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' },
    ],
    ['fails', { status: 500, body: '' }],
    ['hangs', 'no-answer'],
    ['breaks off', 'reset'],
    ['says nothing', { body: '<GetSendQuotaResponse/>' }],
  ])('is ample when SES %s, and SES is left alone for a minute', async (_, answer) => {
    const { given, fake, clock, quota } = await aQuota(answer);
    expect(await quota.standing()).toEqual({ state: 'ample' });
    given.answer = quotaAnswer(10, 10);
    expect(await quota.standing()).toEqual({ state: 'ample' });
    expect(fake.calls).toHaveLength(1);
    clock.at += 60_000;
    expect(await quota.standing()).toMatchObject({ state: 'exhausted' });
  });

  test('that cannot be known says so in the log', async () => {
    const { errors, quota } = await aQuota({ status: 500, body: '' });
    await quota.standing();
    expect(errors).toEqual(['mail-quota.unknown']);
  });

  test('is exhausted for five minutes once SES refused a mail, whatever its numbers say', async () => {
    const { clock, quota } = await aQuota(quotaAnswer(200, 20));
    quota.noteExhausted();
    expect(await quota.standing()).toEqual({ state: 'exhausted', perDay: 200, sentLastDay: 20 });
    clock.at += 299_999;
    expect(await quota.standing()).toMatchObject({ state: 'exhausted' });
    clock.at += 1;
    expect(await quota.standing()).toMatchObject({ state: 'ample' });
  });

  test('is understood as the local run tells it', async () => {
    const aws = await emulatedAws();
    opened.push(aws);
    aws.emulators.ses.limit({ perDay: 10 });
    const log = { info: () => undefined, error: () => undefined };
    const quota = sesMailQuota({ client: sesClient(aws.options), clock: aws.clock, log });
    expect(await quota.standing()).toEqual({ state: 'ample', perDay: 10, sentLastDay: 0 });
  });
});
