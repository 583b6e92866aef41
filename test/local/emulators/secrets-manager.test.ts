import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from 'vitest';
import { generatePassword } from '../../../local/emulators/secrets-manager/generate-password.ts';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';
import type { TestClock } from './serve-emulators.ts';

const DAY_MS = 86_400_000;
const TOKEN = '11111111-2222-3333-4444-555555555555';
let secrets: SecretsManagerClient;
let clock: TestClock;

beforeEach(async () => {
  const served = await serveEmulators();
  clock = served.clock;
  secrets = new SecretsManagerClient(clientSettings(served.url));
});

const create = (
  Name: string,
  SecretString = 'one',
): Promise<{ ARN?: string | undefined; VersionId?: string | undefined }> =>
  secrets.send(new CreateSecretCommand({ Name, SecretString, Tags: [{ Key: 'k', Value: 'v' }] }));

async function valueOf(SecretId: string, more: object = {}): Promise<string | undefined> {
  return (await secrets.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;
}

test('a secret is found by name and by ARN, and exists once', async () => {
  const { ARN = '' } = await create('app/a');
  expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:app\/a-[A-Za-z0-9]{6}$/);
  expect(await valueOf('app/a')).toBe('one');
  expect(await valueOf(ARN)).toBe('one');
  await expect(create('app/a')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  await expect(valueOf('app/b')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a new value becomes current, the one before stays as previous', async () => {
  const { VersionId: first } = await create('a', 'one');
  await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two' }));
  const third = await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'three' }));
  expect(third.VersionStages).toEqual(['AWSCURRENT']);
  expect(await valueOf('a')).toBe('three');
  expect(await valueOf('a', { VersionStage: 'AWSPREVIOUS' })).toBe('two');
  expect(await valueOf('a', { VersionId: first })).toBe('one');
});

test('the same token twice is one version, with another value it is refused', async () => {
  await create('a');
  const put = (SecretString: string): Promise<unknown> =>
    secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString, ClientRequestToken: TOKEN }));
  await put('two');
  await put('two');
  expect(await valueOf('a', { VersionStage: 'AWSPREVIOUS' })).toBe('one');
  await expect(put('three')).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test('a staged value is not current until its stage moves', async () => {
  const { VersionId: first } = await create('a');
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: 'a',
      SecretString: 'two',
      ClientRequestToken: TOKEN,
      VersionStages: ['AWSPENDING'],
    }),
  );
  expect(await valueOf('a')).toBe('one');
  expect(await valueOf('a', { VersionStage: 'AWSPENDING' })).toBe('two');
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'a',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: TOKEN,
      RemoveFromVersionId: first,
    }),
  );
  expect(await valueOf('a')).toBe('two');
  expect(await valueOf('a', { VersionStage: 'AWSPREVIOUS' })).toBe('one');
});

test('binary values keep their bytes', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'b', SecretBinary: new Uint8Array([0, 1, 255]) }));
  const { SecretBinary } = await secrets.send(new GetSecretValueCommand({ SecretId: 'b' }));
  expect(SecretBinary).toEqual(new Uint8Array([0, 1, 255]));
});

test('a deleted secret cannot be read, keeps its name, and is gone after its window', async () => {
  await create('a');
  await secrets.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }));
  await expect(valueOf('a')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(create('a')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  clock.advance(7 * DAY_MS);
  await expect(valueOf('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a secret deleted by force is gone at once, and its name is free', async () => {
  await create('a');
  await secrets.send(new DeleteSecretCommand({ SecretId: 'a', ForceDeleteWithoutRecovery: true }));
  await expect(valueOf('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await create('a', 'new');
  expect(await valueOf('a')).toBe('new');
});

test('generates passwords of the wanted length and characters', () => {
  const password = generatePassword({
    PasswordLength: 40,
    ExcludePunctuation: true,
    ExcludeCharacters: 'abc',
  });
  expect(password).toMatch(/^[A-Z0-9d-z]{40}$/);
});
