import { describe, expect, test } from 'vitest';
import { faultyMailWorld } from './faulty-mail-world.ts';
import type { Kill, MailFault } from './mail-fault.ts';
import { someOf } from './some-of.ts';

/** Destination, suppression, quota; then claim and send. */
const BEGIN = ['GetItem', 'GetItem', 'GetSendQuota'];
const TRY = [...BEGIN, 'UpdateItem', 'SendRawEmail'];
/** Refused: the same attempt goes back, and the row says so. */
const REFUSED = [...TRY, 'SendMessageBatch', 'UpdateItem'];
const SENT = [...TRY, 'UpdateItem'];
const CALLS = [...REFUSED, ...REFUSED, ...SENT];
const EVERY = [...CALLS.entries()];
/** The second refusal is made of the same calls as the first, of which some are tried. */
const TRIED = [
  ...EVERY.slice(0, REFUSED.length),
  ...someOf(EVERY.slice(REFUSED.length, 2 * REFUSED.length), 2),
  ...EVERY.slice(2 * REFUSED.length),
];

type Run = Awaited<ReturnType<typeof faultyMailWorld>>;

const story = ({ delivery, mails, deadLetters }: Run) => ({
  state: delivery?.state,
  attempts: delivery?.attempts.map(({ number, outcome }) => `${number} ${outcome}`),
  mails,
  deadLetters,
});
const ONE_MAIL = { state: 'delivered', attempts: ['1 delivered'], mails: 1, deadLetters: 0 };

describe('a mail that SES refuses twice because of too many at once', () => {
  test('is sent by the third call of the same attempt, and makes no more calls than it must', async () => {
    const run = await faultyMailWorld({ refusals: 2, kills: new Map() });
    expect(story(run)).toEqual(ONE_MAIL);
    expect(run.delivery?.attempts).toMatchObject([
      { deferrals: 2, deferred_since: '2026-01-15T15:00:00.000Z' },
    ]);
    expect(run.calls).toEqual(CALLS);
  });

  test.each<Kill>(['killed-before', 'killed-after'])(
    'is one mail and one attempt when its worker is %s any one call',
    async (kill) => {
      for (const [index, call] of TRIED) {
        const run = await faultyMailWorld({ refusals: 2, kills: new Map([[index, kill]]) });
        // SES took it, and nobody lived to write it down: the one place where a mail can be sent twice.
        const isUnrecorded =
          (kill === 'killed-after' && index === CALLS.length - 2) ||
          (kill === 'killed-before' && index === CALLS.length - 1);
        expect({ at: `${index} ${call}`, ...story(run) }).toEqual({
          at: `${index} ${call}`,
          ...ONE_MAIL,
          mails: isUnrecorded ? 2 : 1,
        });
      }
    },
    20_000,
  );
});

test('a mail that SES refuses for more than a day is dead, after one attempt', async () => {
  const run = await faultyMailWorld({
    refusals: Number.POSITIVE_INFINITY,
    refusal: 'Daily message quota exceeded.',
    kills: new Map(),
    stepMs: 600_000,
    // It was put back for 23 hours, ten minutes a time.
    message: { deferrals: 138, deferred_since: '2026-01-14T16:00:00.000Z' },
  });
  expect(story(run)).toEqual({ state: 'dead', attempts: ['1 failed'], mails: 0, deadLetters: 1 });
  expect(run.delivery).toMatchObject({
    reason: 'mail-service-failing',
    attempts: [{ detail: 'Throttling: Daily message quota exceeded.' }],
  });
  expect(run.delivery?.attempts[0]?.deferrals).toBe(144);
});

test('of a quota that runs out critical alerts get what is left, the others a digest, and nothing is lost', async () => {
  const severities = ['high', 'critical', 'info', 'critical', 'critical'] as const;
  const run = await faultyMailWorld({
    refusals: 0,
    kills: new Map(),
    stepMs: 300_000,
    flood: severities.length,
    anAlertOf: (index) => ({ dedup_key: `k${index}`, severity: severities[index] ?? 'high' }),
    // 80 % is scarce. What was sent 22 hours ago counts for two hours more.
    quota: { perDay: 10, sent: 8 },
  });
  expect(run.rows.map((row) => [row?.state, row?.attempts.map(({ outcome }) => outcome)])).toEqual([
    ['digested', []],
    ['delivered', ['delivered']],
    ['digested', []],
    ['delivered', ['delivered']],
    // Put back until SES takes mails again, and no attempt is used up by that.
    ['delivered', ['delivered']],
  ]);
  const told = run.told.map(({ alertId, count, sentAtMs }) => ({
    what: run.alertIds.includes(alertId)
      ? `alert ${String(run.alertIds.indexOf(alertId))}`
      : `digest of ${String(count)}`,
    afterHours: Math.floor((sentAtMs - Date.parse('2026-01-15T15:00:00.000Z')) / 3_600_000),
  }));
  expect(told.toSorted((a, b) => a.what.localeCompare(b.what))).toEqual([
    { what: 'alert 1', afterHours: 0 },
    { what: 'alert 3', afterHours: 0 },
    { what: 'alert 4', afterHours: 2 },
    { what: 'digest of 2', afterHours: 2 },
  ]);
  expect(run.deadLetters).toBe(0);
});

describe('a mail that SES takes', () => {
  const SEND = SENT.indexOf('SendRawEmail');

  test.each<MailFault>(['refused', 'lost-answer', 'killed-before', 'killed-after'])(
    'is delivered, and once, when any one call is %s; twice only when SES took it and nobody heard',
    async (fault) => {
      for (const [index, call] of SENT.entries()) {
        const run = await faultyMailWorld({ refusals: 0, kills: new Map([[index, fault]]) });
        const isUnheard =
          (index === SEND && (fault === 'lost-answer' || fault === 'killed-after')) ||
          (index > SEND && fault === 'killed-before');
        const { state, mails, deadLetters } = story(run);
        expect({ at: `${index} ${call}`, state, mails, deadLetters }).toEqual({
          at: `${index} ${call}`,
          state: 'delivered',
          mails: isUnheard ? 2 : 1,
          deadLetters: 0,
        });
        expect(run.delivery?.attempts.at(-1)).toMatchObject({ outcome: 'delivered' });
      }
    },
    20_000,
  );
});

describe('the story of a finding by mail', () => {
  const endsOf = (run: Run) => run.rows.map((row) => (row?.state === 'suppressed' ? row.reason : row?.state));
  const statuses = ['resolved', 'firing', 'firing', 'firing', 'resolved', 'resolved'] as const;
  const course = {
    refusals: 0,
    kills: new Map<number, MailFault>(),
    flood: statuses.length,
    anAlertOf: (index: number) => ({
      status: statuses[index] ?? 'firing',
      raw: { sha256: '', size: 0, index },
    }),
  };

  test('an end is told where it was told that it fires, digests or not, and once', async () => {
    const run = await faultyMailWorld(course);
    expect(endsOf(run)).toEqual(['never-told', 'delivered', 'digested', 'digested', 'delivered', 'repeated']);
    expect(run.told.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
  });

  test('what is not told again joins no digest', async () => {
    const run = await faultyMailWorld({ ...course, given: { repeat: 'change' } });
    expect(endsOf(run)).toEqual(['never-told', 'delivered', 'repeated', 'repeated', 'delivered', 'repeated']);
    expect(run.told).toHaveLength(2);
  });
});
