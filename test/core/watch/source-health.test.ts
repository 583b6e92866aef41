import { describe, expect, it } from 'vitest';
import { type Alert, isSystemAlert } from '../../../functions/core/model/wire/alert.ts';
import type { SourceHealth } from '../../../functions/core/model/wire/source-health.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { judgeSource, watchSources } from '../../../functions/core/watch/source-health.ts';
import type { SourceHealthRecords } from '../../../functions/core/watch/ports.ts';
import { memorySourceHealth } from './memory-source-health.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

function aSource(overrides: Partial<Source> = {}): Source {
  return {
    id: 'src_1',
    name: 'siem',
    auth: { type: 'bearer' },
    format: 'generic',
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 60,
    isEnabled: true,
    createdAt: iso(START),
    updatedAt: iso(START),
    ...overrides,
  };
}

/** A gateway of which a test can move the clock: the watcher looks every five minutes. */
function aWatch(...sources: Source[]) {
  const clock = { at: START, now: () => clock.at };
  const kept = new Map<string, SourceHealth>();
  const sent: Alert[] = [];
  const faults = { queue: false, state: false };
  const healthOf = (id: string): SourceHealth => kept.get(id) ?? { hours: [] };
  const memory = memorySourceHealth(kept);
  const unlessFaulty = async (call: () => Promise<boolean>): Promise<boolean> => {
    if (faults.state) throw new Error('table');
    return call();
  };
  const health: SourceHealthRecords = {
    ...memory,
    raised: async (...alarm) => unlessFaulty(async () => memory.raised(...alarm)),
    resolved: async (...silence) => unlessFaulty(async () => memory.resolved(...silence)),
  };
  const look = async () =>
    watchSources({
      sources: { list: async () => ({ sources, unreadable: [] }) },
      health,
      alerts: {
        enqueue: async ({ alerts, is_repeat: isRepeat }) => {
          if (faults.queue) throw new Error('queue');
          expect(isRepeat).toBe(true);
          sent.push(...alerts);
        },
      },
      clock,
      tenantId: 'Tocsin',
    });
  return {
    clock,
    kept,
    sent,
    faults,
    sources,
    look,
    /** Ids are what the router tells repetitions by. */
    told: () => [...new Map(sent.map((alert) => [alert.id, alert])).values()],
    accept: (id = 'src_1') => kept.set(id, { ...healthOf(id), lastAcceptedAt: iso(clock.at) }),
    refuse: (id = 'src_1') =>
      kept.set(id, {
        ...healthOf(id),
        lastRefusal: { at: iso(clock.at), code: 'unauthorized', cause: 'wrong-credential' },
      }),
    async pass(ms: number, every?: () => void) {
      for (const end = clock.at + ms; clock.at < end;) {
        clock.at += 5 * MINUTE;
        every?.();
        await look();
      }
    },
  };
}

const shortly = (alerts: Alert[]) => alerts.map(({ type, status }) => `${type} ${status}`);
const FIRING = 'tocsin.source-silent firing';
const RESOLVED = 'tocsin.source-silent resolved';

describe('a source over forty days', () => {
  it('that sends every hour is never called silent', async () => {
    const watch = aWatch(aSource());
    let minutes = 0;
    await watch.pass(40 * DAY, () => {
      minutes += 5;
      if (minutes % 60 === 0) watch.accept();
    });
    expect(watch.sent).toEqual([]);
  });

  it('that falls silent is announced once, and once more when it is back', async () => {
    const watch = aWatch(aSource());
    watch.accept();
    await watch.pass(20 * DAY);
    expect(shortly(watch.told())).toEqual([FIRING]);
    watch.accept();
    await watch.pass(5 * MINUTE);
    expect(shortly(watch.told())).toEqual([FIRING, RESOLVED]);
    await watch.pass(20 * DAY, () => watch.accept());
    expect(shortly(watch.told())).toEqual([FIRING, RESOLVED]);
    expect(watch.sent).toHaveLength(2);
  });

  it('that falls silent ten times is announced ten times, each under ids of its own', async () => {
    const watch = aWatch(aSource({ noDataAlarm: { afterSeconds: 86_400 } }));
    for (let round = 0; round < 10; round += 1) {
      watch.accept();
      await watch.pass(4 * DAY);
    }
    const ids = new Set(watch.sent.map(({ id }) => id));
    expect(shortly(watch.sent)).toEqual([
      ...Array.from({ length: 9 }, () => [FIRING, RESOLVED]).flat(),
      FIRING,
    ]);
    expect(ids.size).toBe(19);
  });

  it('that never sent anything counts from its creation', async () => {
    const watch = aWatch(aSource());
    await watch.pass(DAY);
    expect(watch.sent).toEqual([]);
    await watch.pass(5 * MINUTE);
    expect(shortly(watch.sent)).toEqual([FIRING]);
    expect(watch.sent[0]?.title).toBe('Source siem has never sent anything');
    await watch.pass(39 * DAY);
    expect(watch.sent).toHaveLength(1);
  });

  it('whose requests are all refused is silent, and the alert says why', async () => {
    const watch = aWatch(aSource());
    watch.accept();
    await watch.pass(40 * DAY, () => watch.refuse());
    expect(shortly(watch.sent)).toEqual([FIRING]);
    expect(watch.sent[0]?.description).toContain('unauthorized (wrong-credential)');
  });

  it('that nobody watches is never announced', async () => {
    const watch = aWatch(aSource({ noDataAlarm: 'off' }));
    await watch.pass(40 * DAY);
    expect(watch.sent).toEqual([]);
  });

  it('that works in office hours is not missed at weekends, and is on Monday', async () => {
    const office = {
      days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
      from: '08:00',
      to: '18:00',
      timeZone: 'UTC',
    };
    const watch = aWatch(
      aSource({ noDataAlarm: { afterSeconds: 7_200, calendar: { ...office, days: [...office.days] } } }),
    );
    const isOpen = () => {
      const now = new Date(watch.clock.at);
      return now.getUTCDay() % 6 !== 0 && now.getUTCHours() >= 8 && now.getUTCHours() < 18;
    };
    await watch.pass(33 * DAY, () => {
      if (isOpen()) watch.accept();
    });
    expect(watch.sent).toEqual([]);
    await watch.pass(7 * DAY);
    // 2026-04-03 is a Friday: the last request came at 17:55, so five minutes of it and two hours of Monday count.
    expect(watch.sent.map((alert) => [alert.status, alert.event_time])).toEqual([
      ['firing', '2026-04-06T10:00:00.000Z'],
    ]);
  });
});

describe('the alerts', () => {
  it('are critical system alerts about the source, with one dedup key for raised and resolved', async () => {
    const watch = aWatch(aSource());
    await watch.pass(2 * DAY);
    watch.accept();
    await watch.look();
    expect(watch.sent.every(isSystemAlert)).toBe(true);
    expect(watch.sent.map(({ severity }) => severity)).toEqual(['critical', 'critical']);
    expect(new Set(watch.sent.map((alert) => alert.dedup_key)).size).toBe(1);
    expect(watch.sent[1]?.details).toMatchObject({
      source_id: 'src_1',
      silent_since: iso(START),
      raised_alert_id: watch.sent[0]?.id,
    });
  });

  it.each([15 * MINUTE, DAY, 30 * DAY])(
    'wait for the whole limit of %i ms and not much longer',
    async (limit) => {
      const watch = aWatch(aSource({ noDataAlarm: { afterSeconds: limit / 1_000 } }));
      watch.accept();
      await watch.pass(limit);
      expect(watch.sent).toEqual([]);
      await watch.pass(5 * MINUTE);
      expect(shortly(watch.sent)).toEqual([FIRING]);
    },
  );

  it('say what to type, with the name and without the id of the URL', async () => {
    const watch = aWatch(aSource({ name: 'waf (eu)' }));
    await watch.pass(2 * DAY);
    const steps = watch.sent[0]?.remediation?.steps ?? [];
    expect(steps[0]).toContain("tocsin source status 'waf (eu)'");
    expect(JSON.stringify(steps)).not.toContain('src_1');
  });

  it('end when nobody waits for the source any more, and say so', async () => {
    const watch = aWatch(aSource());
    await watch.pass(2 * DAY);
    watch.sources[0] = aSource({ noDataAlarm: 'off' });
    await watch.pass(DAY);
    expect(shortly(watch.sent)).toEqual([FIRING, RESOLVED]);
    expect(watch.sent[1]?.title).toContain('not expected');
  });
});

describe('a run that fails', () => {
  it('before the alert is queued changes nothing, and the next one announces the silence', async () => {
    const watch = aWatch(aSource());
    watch.clock.at += 2 * DAY;
    watch.faults.queue = true;
    expect((await watch.look()).failures).toHaveLength(1);
    watch.faults.queue = false;
    await watch.pass(DAY);
    expect(shortly(watch.sent)).toEqual([FIRING]);
  });

  it('between alert and state repeats the alert under the same id', async () => {
    const watch = aWatch(aSource());
    watch.clock.at += 2 * DAY;
    watch.faults.state = true;
    await watch.look();
    watch.clock.at += 5 * MINUTE;
    await watch.look();
    watch.faults.state = false;
    await watch.pass(DAY);
    expect(watch.sent.length).toBeGreaterThan(1);
    expect(shortly(watch.told())).toEqual([FIRING]);
  });

  it('for one source looks at the others', async () => {
    const watch = aWatch(aSource({ createdAt: 'no date' }), aSource({ id: 'src_2', name: 'waf' }));
    watch.clock.at += 2 * DAY;
    await watch.look();
    expect(watch.sent.map((alert) => alert.details['source_id'])).toContain('src_2');
  });

  it('twice at once announces one silence', async () => {
    const watch = aWatch(aSource());
    watch.clock.at += 2 * DAY;
    const runs = await Promise.all([watch.look(), watch.look()]);
    expect(runs.flatMap(({ changes }) => changes)).toHaveLength(1);
    expect(watch.told()).toHaveLength(1);
  });
});

describe('a late write', () => {
  it('of a request from before the silence, carried by a refused one, is no sign of life', () => {
    const since = iso(START);
    const health = {
      hours: [],
      lastAcceptedAt: iso(START + 50_000),
      alarm: { since, raisedAt: iso(START + DAY), alertId: 'x' },
    };
    expect(judgeSource(aSource(), health, START + 2 * DAY)).toMatchObject({
      condition: 'silent',
      step: 'none',
    });
  });
});
