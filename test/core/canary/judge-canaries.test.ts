import { describe, expect, it } from 'vitest';
import { judgeCanaries } from '../../../functions/core/canary/judge-canaries.ts';
import type { Canary, CanaryState } from '../../../functions/core/model/wire/canary.ts';
import { canaryStanding } from '../../../functions/core/operator/canary-standing.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const ago = (minutes: number) => new Date(NOW_MS - minutes * 60_000).toISOString();
const aCanary = (minutes: number, given: Partial<Canary> = {}): Canary => ({
  id: `c${String(minutes)}`,
  sent_at: ago(minutes),
  sent_by: 'schedule',
  with_mail: false,
  door: { took_ms: 40, problem: 'the door answered 503; expected 202' },
  ...given,
});
const ALARM = { phase: 'accepted', since: ago(60), raised_at: ago(58), alert_id: 'a1' } as const;

/** Judges these canaries, newest first, and says what was written in order. */
async function judge(canaries: Canary[], alarms: CanaryState['alarms'] = {}) {
  const written: string[] = [];
  const { changes } = await judgeCanaries(
    { alarms },
    {
      canaries: {
        newest: async () => canaries,
        keepAlarm: async (watch, alarm) => void written.push(`${watch} ${alarm?.phase ?? 'is over'}`),
      },
      stored: { find: async () => new Map() },
      alerts: { enqueue: async ({ alerts: [alert] }) => void written.push(`tell ${alert?.status ?? ''}`) },
      hasHeartbeat: false,
      clock: { now: () => NOW_MS },
      tenantId: 'Tocsin',
    },
  );
  return { written, steps: changes.map(({ watch, step }) => `${step} ${watch}`) };
}

describe('canaries that are judged', () => {
  it('are late by the newest that should have arrived; the alert goes before the note', async () => {
    expect(await judge([aCanary(1), aCanary(6)])).toEqual({
      written: ['tell firing', 'path accepted'],
      steps: ['raise path'],
    });
  });

  it('are told of once, however many fail', async () => {
    expect(await judge([aCanary(6)], { path: ALARM })).toEqual({ written: [], steps: [] });
  });

  it('are well again with the first that arrives in time', async () => {
    const arrived = aCanary(6, { received_at: ago(5), door: { took_ms: 40, alert_id: 'a2' } });
    expect(await judge([arrived], { path: ALARM })).toEqual({
      written: ['tell resolved', 'path is over'],
      steps: ['resolve path'],
    });
  });

  it('say nothing before the first is due', async () => {
    expect(await judge([aCanary(1)], { path: ALARM })).toEqual({ written: [], steps: [] });
  });
});

describe('how canaries stand for an operator', () => {
  it('is judged as the schedule judges it', async () => {
    const received = aCanary(11, { received_at: ago(10), door: { took_ms: 1, alert_id: 'a1' } });
    const all = [aCanary(1, { sent_by: 'operator' }), aCanary(6), received];
    const standing = await canaryStanding(
      false,
      {
        canaries: { newest: async () => all, find: async () => undefined },
        stored: { find: async () => new Map() },
      },
      NOW_MS,
    );
    expect(standing.late.map(({ watch, phase }) => [watch, phase])).toEqual([['path', 'accepted']]);
    expect([standing.newest?.id, standing.scheduled?.id, standing.received?.id]).toEqual(['c1', 'c6', 'c11']);
  });
});
