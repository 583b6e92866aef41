import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SESClient } from '@aws-sdk/client-ses';
import { describe, expect, test } from 'vitest';
import { httpsSns } from '../../functions/adapters/https/sns.ts';
import { batchedSourceHealth } from '../../functions/adapters/memory/batched-source-health.ts';
import { secretsManagerSourceSecrets } from '../../functions/adapters/secrets/source-secrets.ts';
import { secretsManagerUnsubscribeKeys } from '../../functions/adapters/secrets/unsubscribe-keys.ts';
import { sesMailQuota } from '../../functions/adapters/ses/mail-quota.ts';

/** What a worker remembers for a while, by how it is asked once more; `asked` counts what reaches the outside. */
type Remembered = { ask: () => Promise<unknown>; asked: () => number };

const HOURS_MS = 7_200_000;
const log = { info: () => {}, error: () => {} };

/** A client that answers every command so. */
function aClient(answer: object): { client: unknown; asked: () => number } {
  let asked = 0;
  const send = async () => {
    asked += 1;
    return answer;
  };
  return { client: { send }, asked: () => asked };
}

const secret = () => {
  const { client, asked } = aClient({ SecretString: '{"current":"a"}', VersionId: 'v' });
  return { client: client as SecretsManagerClient, asked };
};
const noQuota = () => {
  const { client, asked } = aClient({ Max24HourSend: 10, SentLast24Hours: 0 });
  return { client: client as SESClient, asked };
};

const CACHES: Record<string, (clock: { now: () => number }) => Remembered> = {
  'the secret of a source': (clock) => {
    const { client, asked } = secret();
    const secrets = secretsManagerSourceSecrets({ client, prefix: 'Tocsin', clock });
    return { ask: async () => secrets.credential('src_1'), asked };
  },
  'that a source has just been asked about': (clock) => {
    const { client, asked } = secret();
    const secrets = secretsManagerSourceSecrets({ client, prefix: 'Tocsin', clock });
    return { ask: async () => secrets.refresh('src_1'), asked };
  },
  'the unsubscribe key': (clock) => {
    const { client, asked } = secret();
    const keys = secretsManagerUnsubscribeKeys({
      client,
      prefix: 'Tocsin',
      clock,
      ages: { ttlMs: 5_000, maxStaleMs: 60_000 },
    });
    return { ask: async () => keys.keys(), asked };
  },
  'the quota of mails': (clock) => {
    const { client, asked } = noQuota();
    const quota = sesMailQuota({ client, clock, log });
    return { ask: async () => quota.standing(), asked };
  },
  'a certificate of SNS that is not there': (clock) => {
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return new Response('', { status: 404 });
    };
    const sns = httpsSns({ clock, fetch });
    return { ask: async () => sns.certificate('https://sns.example/one.pem'), asked: () => asked };
  },
  'the health of a source that was just written': (clock) => {
    let asked = 0;
    const writer = { add: async () => void (asked += 1) };
    const health = batchedSourceHealth({ writer, clock, log });
    const delta = { lastAcceptedAt: '2026-01-15T12:00:00.000Z', hours: [] };
    return { ask: async () => health.observe('src_1', delta), asked: () => asked };
  },
};

describe('a clock that jumps back by two hours', () => {
  test.each(Object.entries(CACHES))('makes nobody remember %s for hours', async (_what, cache) => {
    const clock = { at: 1_768_486_981_500, now: () => clock.at };
    const { ask, asked } = cache(clock);
    await ask();
    await ask();
    expect(asked()).toBe(1);
    clock.at -= HOURS_MS;
    await ask();
    expect(asked()).toBe(2);
  });

  test('does not close the account of SES', async () => {
    const clock = { at: 1_768_486_981_500, now: () => clock.at };
    const { client } = noQuota();
    const quota = sesMailQuota({ client, clock, log });
    quota.noteExhausted();
    expect((await quota.standing()).state).toBe('exhausted');
    clock.at -= HOURS_MS;
    expect((await quota.standing()).state).toBe('ample');
  });

  test('is thought of wherever an adapter compares the time with an end', () => {
    const root = join(import.meta.dirname, '../../functions/adapters');
    const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('memory/within.ts'))
      .filter((file) => /(?:clock\.now\(\)|nowMs) (?:<|<=) /u.test(readFileSync(join(root, file), 'utf8')));
    expect(found).toEqual(['memory/rate-limiter.ts']);
  });
});
