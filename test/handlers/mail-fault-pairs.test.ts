import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultyMailWorld } from './faulty-mail-world.ts';
import type { MailFault } from './mail-fault.ts';
import { patienceMs, someOf } from './some-of.ts';
import { startSmtpInWorld, type SmtpInWorld } from './smtp-in-world.ts';

/**
 * Of thousands of cases a few are tried, always the same. More of them, or `all`, when deliver, floods or records
 * change: `TOCSIN_FAULTS=100 npx vitest run test/handlers/mail-fault-pairs.test.ts`.
 */
const PATIENCE_MS = patienceMs(60_000);
const KILLS = ['killed-before', 'killed-after'] as const;
const FAULTS: MailFault[] = [...KILLS, 'refused', 'lost-answer'];

/** Two kills, the second in one of the lives that follow. */
function pairsOf(calls: number) {
  return Array.from({ length: calls }, (_, first) => first).flatMap((first) =>
    Array.from({ length: calls }, (_, step) => first + step + 1).flatMap((second) =>
      KILLS.flatMap((one) =>
        KILLS.map((other) => [[first, one] as const, [second, other] as const] as const),
      ),
    ),
  );
}

describe('three alerts of one kind, of which two share a digest', () => {
  const ALERTS = 3;

  /** What is wrong at the end: each alert is told, and by a mail of its own or by a digest, never both. */
  async function wrongs(faults: readonly (readonly [number, MailFault])[]) {
    const run = await faultyMailWorld({ refusals: 0, kills: new Map(faults), flood: ALERTS });
    const own = new Set(run.rows.map((row) => row?.id));
    const alone = run.rows.filter((row) => row?.state === 'delivered');
    const digested = run.rows.filter((row) => row?.state === 'digested');
    const mailsOf = (id = '') => run.told.filter(({ delivery }) => delivery === id).length;
    const digests = new Map(
      run.told.filter(({ delivery }) => !own.has(delivery)).map(({ delivery, count }) => [delivery, count]),
    );
    const inDigests = [...digests.values()].reduce((sum, count) => sum + count, 0);
    const distinct = new Set(run.told.map(({ delivery }) => delivery)).size;
    const checks: [wrong: string, isWrong: boolean][] = [
      ['an alert is neither told nor in a digest', alone.length + digested.length !== ALERTS],
      ['no mail of its own', alone.some((row) => mailsOf(row?.id) === 0)],
      ['a mail and a digest', digested.some((row) => mailsOf(row?.id) > 0)],
      [`${inDigests} in digests, of ${digested.length}`, inDigests !== digested.length],
      // One more for each fault that hides what was sent.
      [`${run.told.length - distinct} mails too many`, run.told.length - distinct > faults.length],
      ['dead letters', run.deadLetters > 0],
    ];
    return {
      at: faults.map(([index, fault]) => `${index} ${run.calls[index] ?? 'never'} ${fault}`),
      wrongs: checks.flatMap(([wrong, isWrong]) => (isWrong ? [wrong] : [])),
    };
  }
  const fine = ({ at }: { at: string[] }) => ({ at, wrongs: [] });
  let calls: string[] = [];
  beforeAll(async () => {
    const run = await faultyMailWorld({ refusals: 0, kills: new Map(), flood: ALERTS });
    calls = run.calls;
    expect(run.told.map(({ count }) => count)).toEqual([2, 1]);
    expect(run.rows.map((row) => row?.state ?? 'none').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'delivered',
      'digested',
      'digested',
    ]);
  });

  test(
    'are told once when any one call goes wrong in any way',
    async () => {
      const cases = FAULTS.flatMap((fault) => calls.map((_, index) => [index, fault] as const));
      for (const one of someOf(cases, 6)) {
        const told = await wrongs([one]);
        expect(told).toEqual(fine(told));
      }
    },
    PATIENCE_MS,
  );

  test(
    'are told once when workers are killed before or after any two calls',
    async () => {
      for (const pair of someOf(pairsOf(calls.length), 6)) {
        const told = await wrongs(pair);
        expect(told).toEqual(fine(told));
      }
    },
    PATIENCE_MS,
  );
});

describe('a mail that a mail server takes', () => {
  let smtp: SmtpInWorld;
  beforeAll(async () => {
    smtp = await startSmtpInWorld();
  });
  afterAll(async () => smtp.close());

  async function story(faults: readonly (readonly [number, MailFault])[]) {
    const before = smtp.taken();
    const { delivery, mails, deadLetters, calls } = await faultyMailWorld({
      refusals: 0,
      kills: new Map(faults),
      smtp,
    });
    return { calls, state: delivery?.state, mails: mails - before, deadLetters };
  }

  test('makes one conversation and asks SES nothing', async () => {
    const { calls, ...end } = await story([]);
    expect(calls).toEqual(['GetItem', 'GetItem', 'UpdateItem', 'SMTP', 'UpdateItem']);
    expect(end).toEqual({ state: 'delivered', mails: 1, deadLetters: 0 });
  });

  test(
    'is delivered, and once, when any one call goes wrong; twice only when it was taken and nobody heard',
    async () => {
      const CALLS = 5;
      const SEND = 3;
      for (const fault of FAULTS) {
        for (let index = 0; index < CALLS; index += 1) {
          const { state, mails, deadLetters } = await story([[index, fault]]);
          const isUnheard =
            (index === SEND && (fault === 'lost-answer' || fault === 'killed-after')) ||
            (index > SEND && fault === 'killed-before');
          expect({ at: `${index} ${fault}`, state, mails, deadLetters }).toEqual({
            at: `${index} ${fault}`,
            state: 'delivered',
            mails: isUnheard ? 2 : 1,
            deadLetters: 0,
          });
        }
      }
    },
    PATIENCE_MS,
  );

  test(
    'is delivered when workers are killed before or after any two calls, at most once more for each',
    async () => {
      for (const pair of someOf(pairsOf(5), 6)) {
        const { state, mails, deadLetters } = await story(pair);
        expect({ pair, state, deadLetters }).toEqual({ pair, state: 'delivered', deadLetters: 0 });
        expect(mails).toBeLessThanOrEqual(3);
        expect(mails).toBeGreaterThanOrEqual(1);
      }
    },
    PATIENCE_MS,
  );
});
