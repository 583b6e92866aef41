import { afterEach, describe, expect, it } from 'vitest';
import { httpsSns } from '../../functions/adapters/https/sns.ts';
import { batchedSourceHealth } from '../../functions/adapters/memory/batched-source-health.ts';
import { inMemoryRateLimiter } from '../../functions/adapters/memory/rate-limiter.ts';
import { secretsManagerClient } from '../../functions/adapters/secrets/client.ts';
import { secretsManagerSecrets } from '../../functions/adapters/secrets/secrets.ts';
import { CREDENTIAL } from '../../functions/adapters/secrets/shapes.ts';
import {
  READING_KEY_AGES,
  secretsManagerUnsubscribeKeys,
} from '../../functions/adapters/secrets/unsubscribe-keys.ts';
import { sesClient } from '../../functions/adapters/ses/client.ts';
import { sesMailQuota } from '../../functions/adapters/ses/mail-quota.ts';
import { type AwsAnswer, awsFake, clientOptions } from './aws-fake.ts';
import { clockAt } from './dynamodb-table.ts';

/**
 * A clock that jumps back by two hours: what is remembered for seconds or minutes must not last for those hours, neither a value
 * nor a refusal.
 */
const BACK_MS = 2 * 3_600_000;
const MINUTE_MS = 60_000;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

const secret = (current: string): AwsAnswer => ({
  body: JSON.stringify({ SecretString: JSON.stringify({ current }) }),
});
const AWAY: AwsAnswer = { status: 503, body: '{}' };
const NO_SECRET: AwsAnswer = { status: 400, body: JSON.stringify({ __type: 'ResourceNotFoundException' }) };

async function anAws(answer: AwsAnswer) {
  const given = { answer };
  const fake = await awsFake(() => given.answer);
  opened.push(fake);
  return { given, options: clientOptions(fake.endpoint), clock: clockAt('2026-01-15T15:00:00.000Z') };
}

async function aSecret(answer: AwsAnswer) {
  const { given, options, clock } = await anAws(answer);
  const secrets = secretsManagerSecrets({
    client: secretsManagerClient(options),
    prefix: 'Tocsin',
    clock,
    kind: 'source',
    shape: CREDENTIAL,
  });
  return {
    given,
    clock,
    get: async () => secrets.get('src_1'),
    refresh: async () => secrets.refresh('src_1'),
  };
}

describe('after a clock that jumped back', () => {
  it('a secret is asked for again', async () => {
    const { given, clock, get } = await aSecret(secret('a'));
    await get();
    given.answer = secret('b');
    clock.at -= BACK_MS;
    expect(await get()).toMatchObject({ current: 'b' });
  });

  it.each([
    ['failed', AWAY],
    ['was not there', NO_SECRET],
  ])('a secret that %s is asked for again', async (_what, answer) => {
    const { given, clock, get } = await aSecret(answer);
    await expect(get()).rejects.toBeInstanceOf(Error);
    given.answer = secret('b');
    clock.at -= BACK_MS;
    expect(await get()).toMatchObject({ current: 'b' });
  });

  it('a secret whose age is not known is not used while the store fails', async () => {
    const { given, clock, get } = await aSecret(secret('a'));
    await get();
    given.answer = AWAY;
    clock.at -= BACK_MS;
    await expect(get()).rejects.toBeInstanceOf(Error);
  });

  it('a signature that is not known may have the store asked again', async () => {
    const { given, clock, get, refresh } = await aSecret(secret('a'));
    await get();
    await refresh();
    given.answer = secret('b');
    clock.at -= BACK_MS;
    expect(await refresh()).toMatchObject({ current: 'b' });
  });

  it('the key of the unsubscribe links is asked for again', async () => {
    const { given, options, clock } = await anAws(secret('a'));
    const client = secretsManagerClient(options);
    const store = secretsManagerUnsubscribeKeys({ client, prefix: 'Tocsin', clock, ages: READING_KEY_AGES });
    await store.keys();
    given.answer = secret('b');
    clock.at -= BACK_MS;
    expect(await store.keys()).toEqual({ current: 'b' });
    given.answer = AWAY;
    clock.at -= BACK_MS;
    await expect(store.keys()).rejects.toBeInstanceOf(Error);
  });

  it('the quota of mails is asked for again, and a refusal is over', async () => {
    const answer = (sent: number): AwsAnswer => ({
      body: `<GetSendQuotaResponse><GetSendQuotaResult><Max24HourSend>200</Max24HourSend><SentLast24Hours>${String(sent)}</SentLast24Hours></GetSendQuotaResult></GetSendQuotaResponse>`,
    });
    const { given, options, clock } = await anAws(answer(200));
    const log = { info: () => undefined, error: () => undefined };
    const quota = sesMailQuota({ client: sesClient(options), clock, log });
    expect(await quota.standing()).toMatchObject({ state: 'exhausted' });
    quota.noteExhausted();
    given.answer = answer(3);
    clock.at -= BACK_MS;
    expect(await quota.standing()).toMatchObject({ state: 'ample' });
  });

  it('certificates of SNS are fetched again', async () => {
    const clock = clockAt('2026-01-15T15:00:00.000Z');
    let status = 503;
    const sns = httpsSns({ clock, fetch: async () => new Response('pem', { status }) });
    const url = (name: number) => `https://sns.eu-central-1.amazonaws.com/${String(name)}.pem`;
    for (let name = 0; name < 8; name += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(sns.certificate(url(name))).rejects.toThrow('503');
    }
    await expect(sns.certificate(url(9))).rejects.toThrow('were fetched');
    status = 200;
    clock.at -= BACK_MS;
    expect(await sns.certificate(url(0))).toBe('pem');
    expect(await sns.certificate(url(9))).toBe('pem');
  });

  it('a source that owes alerts may send again after its minutes', async () => {
    const limiter = inMemoryRateLimiter();
    const at = Date.parse('2026-01-15T15:00:00.000Z');
    const take = async (count: number, nowMs: number) =>
      limiter.take('src_1', { count, perMinute: 60, mayOverdraw: true, nowMs });
    await take(60, at);
    expect(await take(1, at - BACK_MS)).toMatchObject({ allowed: false });
    expect(await take(1, at - BACK_MS + MINUTE_MS)).toMatchObject({ allowed: true });
  });

  it('what a source sent is written down within its minute', async () => {
    const clock = clockAt('2026-01-15T15:00:00.000Z');
    const written: string[] = [];
    const health = batchedSourceHealth({
      writer: { add: async (_id, { lastAcceptedAt = '' }) => void written.push(lastAcceptedAt) },
      clock,
      log: { info: () => undefined, error: () => undefined },
    });
    const accept = async () =>
      health.observe('src_1', { lastAcceptedAt: new Date(clock.at).toISOString(), hours: [] });
    await accept();
    clock.at -= BACK_MS;
    await accept();
    expect(written).toHaveLength(2);
  });
});
