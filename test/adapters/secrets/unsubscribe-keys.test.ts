import { afterEach, describe, expect, test } from 'vitest';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import {
  READING_KEY_AGES,
  secretsManagerUnsubscribeKeys,
  SIGNING_KEY_AGES,
} from '../../../functions/adapters/secrets/unsubscribe-keys.ts';
import { type AwsAnswer, awsFake, clientOptions } from '../aws-fake.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

const secret = (value: unknown): AwsAnswer => ({
  body: JSON.stringify({ SecretString: typeof value === 'string' ? value : JSON.stringify(value) }),
});
const AWAY: AwsAnswer = { status: 503, body: '{}' };

async function aStore(first: AwsAnswer, ages = SIGNING_KEY_AGES) {
  const state = { answer: first, nowMs: 0 };
  const fake = await awsFake(() => state.answer);
  opened.push(fake);
  const store = secretsManagerUnsubscribeKeys({
    client: secretsManagerClient(clientOptions(fake.endpoint)),
    prefix: 'Tocsin',
    clock: { now: () => state.nowMs },
    ages,
  });
  return {
    state,
    keys: async () => store.keys(),
    calls: () => fake.calls.length,
    body: () => fake.calls[0]?.body,
  };
}

describe('the keys of the unsubscribe links', () => {
  test('are read from the secret of the stack, once in a minute, however many ask at once', async () => {
    const { keys, calls, body, state } = await aStore(secret({ current: 'a' }));
    expect(await Promise.all([keys(), keys(), keys()])).toEqual(
      Array.from({ length: 3 }, () => ({ current: 'a' })),
    );
    expect(body()).toContain('"Tocsin/unsubscribe-key"');
    state.nowMs = 59_999;
    await keys();
    expect(calls()).toBe(1);
    state.answer = secret({ current: 'b', previous: 'a' });
    state.nowMs = 60_000;
    expect(await keys()).toEqual({ current: 'b', previous: 'a' });
  });

  test('that are known go on working while the store does not answer, and are asked for again', async () => {
    const { keys, state } = await aStore(secret({ current: 'a' }));
    await keys();
    state.answer = AWAY;
    state.nowMs = 3_600_000;
    expect(await keys()).toEqual({ current: 'a' });
    state.answer = secret({ current: 'b' });
    state.nowMs += 5_000;
    expect(await keys()).toEqual({ current: 'b' });
  });

  test('that a rotation dropped read no link after five seconds, or thirty when the store does not answer', async () => {
    const { keys, state } = await aStore(secret({ current: 'b', previous: 'a' }), READING_KEY_AGES);
    await keys();
    state.answer = secret({ current: 'c', previous: 'b' });
    state.nowMs = 4_999;
    expect(await keys()).toEqual({ current: 'b', previous: 'a' });
    state.nowMs = 5_000;
    expect(await keys()).toEqual({ current: 'c', previous: 'b' });
    state.answer = AWAY;
    state.nowMs = 34_000;
    expect(await keys()).toEqual({ current: 'c', previous: 'b' });
    state.nowMs = 39_001;
    await expect(keys()).rejects.toThrow('cannot be read');
  });

  test('that are not known are an error that names the secret, and the next call asks again', async () => {
    const { keys, state } = await aStore(AWAY);
    await expect(keys()).rejects.toThrow('secret "Tocsin/unsubscribe-key" cannot be read');
    state.answer = secret({ current: 'a' });
    expect(await keys()).toEqual({ current: 'a' });
  });

  test.each([['no JSON'], [{}], [{ current: '' }], [{ current: 1 }], [[]]])(
    'are not %j, and the error quotes nothing of it',
    async (value) => {
      const { keys } = await aStore(secret(value));
      await expect(keys()).rejects.toThrow('secret "Tocsin/unsubscribe-key" cannot be read: ');
    },
  );
});
