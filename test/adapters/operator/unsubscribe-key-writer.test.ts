import { randomUUID } from 'node:crypto';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from 'vitest';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import { secretsManagerUnsubscribeKeyWriter } from '../../../functions/adapters/operator/unsubscribe-key-writer.ts';
import {
  READING_KEY_AGES,
  secretsManagerUnsubscribeKeys,
} from '../../../functions/adapters/secrets/unsubscribe-keys.ts';
import { emulatedAws } from '../emulated-aws.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

test('a key is read as the stack made it, replaced when nobody else did, and understood by the functions', async () => {
  const aws = await emulatedAws();
  opened.push(aws);
  const client = secretsManagerClient(aws.options);
  const SecretString = JSON.stringify({ current: 'first' });
  await client.send(new CreateSecretCommand({ Name: 'Tocsin/unsubscribe-key', SecretString }));
  const writer = secretsManagerUnsubscribeKeyWriter({ client, prefix: 'Tocsin', uuid: randomUUID });
  const first = await writer.read();
  expect(first.value).toEqual({ current: 'first' });
  const rotated = { current: 'second', previous: 'first', rotatedAt: '2026-01-15T15:00:00.000Z' };
  expect(await writer.replace(rotated, first.version)).toMatchObject({ result: 'saved' });
  expect((await writer.read()).value).toEqual(rotated);
  expect(await writer.replace({ current: 'late' }, first.version)).toEqual({ result: 'changed-meanwhile' });
  expect((await writer.read()).value).toEqual(rotated);
  const read = secretsManagerUnsubscribeKeys({
    client,
    prefix: 'Tocsin',
    clock: aws.clock,
    ages: READING_KEY_AGES,
  });
  expect(await read.keys()).toEqual({ current: 'second', previous: 'first' });
  client.destroy();
});
