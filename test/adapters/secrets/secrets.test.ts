import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import { secretsManagerDestinationSecrets } from '../../../functions/adapters/secrets/destination-secrets.ts';
import { secretsManagerSecretWriter } from '../../../functions/adapters/operator/secret-writer.ts';
import { secretsManagerSourceSecrets } from '../../../functions/adapters/secrets/source-secrets.ts';
import { authenticate } from '../../../functions/core/ingest/authenticate.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { type AwsAnswer, awsFake, clientOptions, jsonError } from '../aws-fake.ts';
import { clockAt } from '../dynamodb-table.ts';
import { type EmulatedAws, emulatedAws } from '../emulated-aws.ts';

const MINUTE = 60_000;
const REQUEST = { sourceId: 'src_1', method: 'POST', target: '/v1/ingest/src_1' };
const SOURCE: Source = {
  id: 'src_1',
  name: 'one',
  auth: { type: 'bearer' },
  format: 'generic',
  streamType: 'auto',
  defaultSeverity: 'medium',
  dedupWindowSeconds: 60,
  isEnabled: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('secrets in the store', () => {
  let aws: EmulatedAws;
  beforeEach(async () => {
    aws = await emulatedAws();
  });
  afterEach(async () => aws.close());

  function parts() {
    const client = secretsManagerClient(aws.options);
    const options = { client, prefix: 'Tocsin', clock: aws.clock, uuid: randomUUID };
    return {
      writer: secretsManagerSecretWriter(options),
      sources: secretsManagerSourceSecrets(options),
      destinations: secretsManagerDestinationSecrets(options),
    };
  }

  test('can be made although a command that was cut off left one behind', async () => {
    const { writer } = parts();
    await writer.saveSource('src_1', { current: 'left behind' }, undefined);
    expect(await writer.saveSource('src_1', { current: 'new' }, undefined)).toEqual({
      result: 'changed-meanwhile',
    });
    const over = await writer.versionOf('source', 'src_1');
    expect(await writer.saveSource('src_1', { current: 'new' }, over)).toMatchObject({ result: 'saved' });
    expect((await writer.readSource('src_1')).value).toEqual({ current: 'new' });
  });

  test('are changed by one of two operators who read the same version, and the other hears of it', async () => {
    const { writer } = parts();
    await writer.saveSource('src_1', { current: 'first' }, undefined);
    const { version } = await writer.readSource('src_1');
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (current) => writer.saveSource('src_1', { current }, version)),
    );
    expect(results.map(({ result }) => result).toSorted()).toEqual([
      'changed-meanwhile',
      'changed-meanwhile',
      'changed-meanwhile',
      'saved',
    ]);
    const winner = ['a', 'b', 'c', 'd'][results.findIndex(({ result }) => result === 'saved')];
    expect((await writer.readSource('src_1')).value).toEqual({ current: winner });
  });

  test('that hold nothing are left where somebody may be about to write', async () => {
    const { writer } = parts();
    await writer.saveSource('src_1', { current: 'first' }, undefined);
    const { version } = await writer.readSource('src_1');
    await writer.saveSource('src_1', { current: 'second' }, version);
    await writer.clear('source', 'src_1', version);
    expect((await writer.readSource('src_1')).value).toEqual({ current: 'second' });
    await writer.clear('source', 'src_1', (await writer.versionOf('source', 'src_1')) ?? '');
    await expect(writer.readSource('src_1')).rejects.toThrow('cannot be read');
    expect(await writer.saveSource('src_9', { current: 'x' }, version)).toEqual({
      result: 'changed-meanwhile',
    });
  });

  test('are written by the operator and read by the functions', async () => {
    const { writer, sources, destinations } = parts();
    const rotated = { current: 'new', previous: 'old', previousNotAfter: '2026-01-16T00:00:00.000Z' };
    await writer.saveSource('src_1', { current: 'first' }, undefined);
    await writer.saveSource('src_1', rotated, await writer.versionOf('source', 'src_1'));
    await writer.saveDestination('dst_1', { headers: { 'X-Key': 'value' } }, undefined);
    expect(await sources.credential('src_1')).toEqual(rotated);
    expect(await destinations.webhookSecret('dst_1', 1)).toEqual({ headers: { 'X-Key': 'value' } });
    const { version } = await writer.readDestination('dst_1');
    await writer.saveDestination('dst_1', { current: 'whsec_x', ca: 'pem' }, version);
    expect((await writer.readDestination('dst_1')).value).toEqual({ current: 'whsec_x', ca: 'pem' });
    expect((await writer.readSource('src_1')).value).toEqual(rotated);
  });

  test('are gone at once when deleted, and their name is free', async () => {
    const { writer } = parts();
    await writer.saveSource('src_1', { current: 'first' }, undefined);
    await writer.delete('source', 'src_1');
    await writer.delete('source', 'src_1');
    await expect(writer.readSource('src_1')).rejects.toThrow('secret "Tocsin/source/src_1" does not exist');
    await writer.saveSource('src_1', { current: 'second' }, undefined);
    expect((await writer.readSource('src_1')).value).toEqual({ current: 'second' });
  });
});

describe('a cached secret', () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (fake) => fake.close()));
  });

  /** A store that says what it is set to say. */
  async function aStore(initial: unknown = { current: 'one' }) {
    const state: { answer: AwsAnswer } = { answer: 'no-answer' };
    const fake = await awsFake(() => state.answer);
    opened.push(fake);
    const clock = clockAt('2026-01-15T15:00:00.000Z');
    const client = secretsManagerClient(
      clientOptions(fake.endpoint, { requestTimeoutMs: 100, maxAttempts: 1 }),
    );
    const say = (text: string) => {
      state.answer = { body: JSON.stringify({ ARN: 'a', Name: 'n', SecretString: text, VersionId: 'v' }) };
    };
    say(JSON.stringify(initial));
    return {
      clock,
      secrets: secretsManagerSourceSecrets({ client, prefix: 'Tocsin', clock }),
      destinations: secretsManagerDestinationSecrets({ client, prefix: 'Tocsin', clock }),
      calls: fake.calls,
      holds: (value: unknown) => say(JSON.stringify(value)),
      says: say,
      answers: (answer: AwsAnswer) => {
        state.answer = answer;
      },
    };
  }

  test('is used for 5 minutes, then asked for again', async () => {
    const { clock, secrets, calls, holds } = await aStore();
    await secrets.credential('src_1');
    holds({ current: 'two' });
    clock.at += 5 * MINUTE - 1;
    expect(await secrets.credential('src_1')).toEqual({ current: 'one' });
    expect(calls).toHaveLength(1);
    clock.at += 1;
    expect(await secrets.credential('src_1')).toEqual({ current: 'two' });
  });

  test('of a source that is rotated twice within 30 s is the newest, whatever strangers send', async () => {
    const { clock, secrets, calls, holds } = await aStore();
    const source: Source = { ...SOURCE, secretVersion: 0 };
    const send = async (secret: string): Promise<boolean> => {
      const request = { headers: { authorization: `Bearer ${secret}` }, body: Buffer.from('{}') };
      return (await authenticate(source, { ...REQUEST, ...request }, secrets, clock.now())).ok;
    };
    const rotate = (current: string): void => {
      holds({ current });
      source.secretVersion = (source.secretVersion ?? 0) + 1;
    };
    expect(await send('one')).toBe(true);
    // Whoever guesses uses up the one refresh of these 30 s.
    expect(await send('guess')).toBe(false);
    rotate('two');
    expect(await send('two')).toBe(true);
    clock.at += 10_000;
    rotate('three');
    expect(await send('three')).toBe(true);
    expect(await send('two')).toBe(false);
    expect(calls).toHaveLength(4);
    for (let guess = 0; guess < 100; guess += 1) {
      clock.at += 199;
      // oxlint-disable-next-line no-await-in-loop
      expect(await send('guess')).toBe(false);
    }
    expect(calls).toHaveLength(4);
    clock.at += 200;
    expect(await send('guess')).toBe(false);
    expect(calls).toHaveLength(5);
  });

  test('of a destination is asked for at once when the destination was changed, and then not again', async () => {
    const { destinations, calls, holds } = await aStore();
    await destinations.webhookSecret('dst_1', 1);
    holds({ current: 'two' });
    expect(await destinations.webhookSecret('dst_1', 1)).toEqual({ current: 'one' });
    expect(await destinations.webhookSecret('dst_1', 2)).toEqual({ current: 'two' });
    // Another worker's view of the configuration may be older.
    expect(await destinations.webhookSecret('dst_1', 1)).toEqual({ current: 'two' });
    expect(await destinations.webhookSecret('dst_1', 2)).toEqual({ current: 'two' });
    expect(calls).toHaveLength(2);
  });

  test('of a destination that was changed is not replaced by an older one while the store fails', async () => {
    const { destinations, answers } = await aStore();
    await destinations.webhookSecret('dst_1', 1);
    answers(jsonError('InternalServiceError', 500));
    await expect(destinations.webhookSecret('dst_1', 2)).rejects.toThrow('cannot be read');
    expect(await destinations.webhookSecret('dst_1', 1)).toEqual({ current: 'one' });
  });

  test('is asked for once by many at the same time, and apart for each source', async () => {
    const { secrets, calls } = await aStore();
    await Promise.all(Array.from({ length: 10 }, async (_, index) => secrets.credential(`src_${index % 2}`)));
    expect(calls.map(({ body }) => (JSON.parse(body) as { SecretId: string }).SecretId).toSorted()).toEqual([
      'Tocsin/source/src_0',
      'Tocsin/source/src_1',
    ]);
  });

  test.each([
    ['answers 500', jsonError('InternalServiceError', 500)],
    ['never answers', 'no-answer' as const],
    ['hangs up', 'reset' as const],
  ])('is used for 15 minutes while the store %s, and no longer', async (_name, answer) => {
    const { clock, secrets, answers, calls } = await aStore();
    await secrets.credential('src_1');
    answers(answer);
    clock.at += 5 * MINUTE;
    expect(await secrets.credential('src_1')).toEqual({ current: 'one' });
    // The store is left alone for a moment after a failure.
    expect(await secrets.credential('src_1')).toEqual({ current: 'one' });
    expect(calls).toHaveLength(2);
    clock.at += 10 * MINUTE;
    expect(await secrets.credential('src_1')).toEqual({ current: 'one' });
    clock.at += 1;
    await expect(secrets.credential('src_1')).rejects.toThrow('secret "Tocsin/source/src_1" cannot be read');
  });

  test('that was never read is an error while the store does not answer, which is asked once a second', async () => {
    const { clock, secrets, answers, holds, calls } = await aStore();
    answers(jsonError('InternalServiceError', 500));
    for (let request = 0; request < 50; request += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(secrets.credential('src_1')).rejects.toThrow('cannot be read');
    }
    expect(calls).toHaveLength(1);
    holds({ current: 'one' });
    clock.at += 999;
    await expect(secrets.credential('src_1')).rejects.toThrow('cannot be read');
    clock.at += 1;
    expect(await secrets.credential('src_1')).toEqual({ current: 'one' });
    expect(calls).toHaveLength(2);
  });

  test('that was rotated is asked for once a second while the store fails, and at once after the next rotation', async () => {
    const { clock, secrets, answers, holds, calls } = await aStore();
    await secrets.credential('src_1', 1);
    answers(jsonError('InternalServiceError', 500));
    for (let request = 0; request < 50; request += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(secrets.credential('src_1', 2)).rejects.toThrow('cannot be read');
    }
    expect(calls).toHaveLength(2);
    clock.at += 1_000;
    await expect(secrets.credential('src_1', 2)).rejects.toThrow('cannot be read');
    expect(calls).toHaveLength(3);
    holds({ current: 'three' });
    expect(await secrets.credential('src_1', 3)).toEqual({ current: 'three' });
    expect(await secrets.credential('src_1', 2)).toEqual({ current: 'three' });
    expect(calls).toHaveLength(4);
  });

  test('that was deleted is not used any more, and is found soon after it was made again', async () => {
    const { clock, secrets, answers, holds, calls } = await aStore();
    await secrets.credential('src_1');
    answers(jsonError('ResourceNotFoundException'));
    clock.at += 5 * MINUTE;
    await expect(secrets.credential('src_1')).rejects.toThrow('secret "Tocsin/source/src_1" does not exist');
    await expect(secrets.credential('src_1')).rejects.toMatchObject({ name: 'SecretNotFoundError' });
    expect(calls).toHaveLength(2);
    holds({ current: 'again' });
    clock.at += 5_000;
    expect(await secrets.credential('src_1')).toEqual({ current: 'again' });
  });

  test('is refreshed on demand, once per 30 s and source', async () => {
    const { clock, secrets, holds, calls } = await aStore();
    await secrets.credential('src_1');
    holds({ current: 'two' });
    expect(await secrets.refresh('src_1')).toEqual({ current: 'two' });
    expect(await secrets.credential('src_1')).toEqual({ current: 'two' });
    clock.at += 29_999;
    expect(await secrets.refresh('src_1')).toBeUndefined();
    expect(await secrets.refresh('src_2')).toEqual({ current: 'two' });
    clock.at += 1;
    expect(await secrets.refresh('src_1')).toEqual({ current: 'two' });
    expect(calls).toHaveLength(4);
  });

  test.each([
    ['no JSON', 'canary'],
    ['no object', '"canary"'],
    ['without a current credential', '{"previous":"canary"}'],
    ['with an empty one', '{"current":"","previous":"canary"}'],
    ['of another shape', '{"current":{"canary":1}}'],
  ])('that is %s is an error that does not quote it', async (_name, text) => {
    const { secrets, says } = await aStore();
    says(text);
    const error: unknown = await secrets.credential('src_1').catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^secret "Tocsin\/source\/src_1" cannot be read: /u) as string,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
  });
});
