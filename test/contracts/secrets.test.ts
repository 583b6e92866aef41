import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretsManagerSecretWriter } from '../../functions/adapters/operator/secret-writer.ts';
import { secretsManagerUnsubscribeKeyWriter } from '../../functions/adapters/operator/unsubscribe-key-writer.ts';
import { secretsManagerClient } from '../../functions/adapters/secrets/client.ts';
import type { Saved, SecretWriter, UnsubscribeKeyWriter } from '../../functions/core/operator/ports.ts';
import { type EmulatedAws, emulatedAws } from '../adapters/emulated-aws.ts';
import { memorySecrets, memoryUnsubscribeKey } from '../cli/memory-secrets.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let aws: EmulatedAws;
let client: ReturnType<typeof secretsManagerClient>;
beforeAll(async () => {
  aws = await emulatedAws();
  client = secretsManagerClient(aws.options);
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

/** The writer, and the versions that operators hold in hand. */
type Secrets = { writer: SecretWriter; key: UnsubscribeKeyWriter; held: Map<string, string | undefined> };

/** What was saved, without the name that the store gave to the version. */
const resultOf = ({ result }: Saved) => result;

function theStore(): Secrets {
  const prefix = randomUUID();
  aws.emulators.secretsManager.call('CreateSecret', {
    Name: `${prefix}/unsubscribe-key`,
    SecretString: JSON.stringify({ current: 'first' }),
    ClientRequestToken: randomUUID(),
  });
  const parts = { client, prefix, uuid: randomUUID };
  return {
    writer: secretsManagerSecretWriter(parts),
    key: secretsManagerUnsubscribeKeyWriter(parts),
    held: new Map(),
  };
}

const inMemory = (): Secrets => ({
  writer: memorySecrets(new Map()),
  key: memoryUnsubscribeKey({ unsubscribeKey: { current: 'first' } }),
  held: new Map(),
});

const VERBS = ['hold its version', 'save over it', 'clear', 'delete', 'read'] as const;

const steps = fc
  .record({
    verb: fc.constantFrom(...VERBS),
    operator: fc.constantFrom('one', 'two'),
    kind: fc.constantFrom('source' as const, 'destination' as const, 'key' as const),
    current: fc.constantFrom('a', 'b'),
  })
  .map(({ verb, operator, kind, current }): Step<Secrets> => ({
    says: `${operator}: ${verb} ${kind} ${current}`,
    does: async ({ writer, key, held }) => {
      const hand = `${operator} ${kind}`;
      const over = held.get(hand);
      const keep = (saved: Saved) => {
        if (saved.result === 'saved') held.set(hand, saved.version);
        return resultOf(saved);
      };
      if (kind === 'key') {
        const { value, version } = await key.read();
        if (verb === 'hold its version') held.set(hand, version);
        if (verb === 'save over it')
          return keep(await key.replace({ current, previous: 'x' }, over ?? version));
        return value;
      }
      const id = 'id_1';
      if (verb === 'hold its version') {
        const version = await writer.versionOf(kind, id);
        held.set(hand, version);
        return version !== undefined;
      }
      if (verb === 'save over it') {
        const saved =
          kind === 'source'
            ? writer.saveSource(id, { current }, over)
            : writer.saveDestination(id, { current }, over);
        return keep(await saved);
      }
      if (verb === 'clear') return over === undefined ? undefined : writer.clear(kind, id, over);
      if (verb === 'delete') return writer.delete(kind, id);
      const { value, version } = await (kind === 'source'
        ? writer.readSource(id)
        : writer.readDestination(id));
      return { value, isHeld: version === over };
    },
  }));

test('secrets in memory are kept as in the store', { timeout: 60_000 }, async () => {
  expect(await differenceBetween({ table: theStore, memory: inMemory, steps, numRuns: 60 })).toBeUndefined();
});
