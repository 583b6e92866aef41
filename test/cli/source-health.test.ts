import { describe, expect, it } from 'vitest';
import { HOUR_MS, NO_COUNTS } from '../../functions/core/model/wire/source-health.ts';
import { memoryGateway } from './memory-gateway.ts';
import { gatewayWithSource } from './gateway-with-source.ts';
import { NOW, run } from './run.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const hour = (ago: number) => Math.floor(NOW / HOUR_MS) - ago;

describe('source status', () => {
  it('of a source that never sent anything says so', async () => {
    const gateway = await gatewayWithSource();
    const ran = await run(['source', 'status', 'siem', '--json'], { gateway });
    expect(ran.json()).toMatchObject({
      name: 'siem',
      state: 'ready',
      health: 'never-seen',
      last_accepted_at: null,
      last_rejected: null,
      unclassified_percent: null,
      no_data_alarm: { settings: { after_seconds: 86_400, calendar: null }, is_firing: false },
      warnings: [],
    });
  });

  it('tells counts, the last refusal with its cause, the alarm, and what to look at', async () => {
    const gateway = await gatewayWithSource();
    gateway.kept.sourceHealth.set(gateway.source().id, {
      lastAcceptedAt: iso(NOW - 25 * HOUR_MS),
      lastRefusal: { at: iso(NOW - 60_000), code: 'unauthorized', cause: 'wrong-credential' },
      hours: [
        { ...NO_COUNTS, hour: hour(30), accepted: 1_000 },
        { ...NO_COUNTS, hour: hour(20), accepted: 30, unclassified: 10 },
        { ...NO_COUNTS, hour: hour(0), authFailures: 7, rejected: 2 },
      ],
      alarm: { since: iso(NOW - 25 * HOUR_MS), raisedAt: iso(NOW - HOUR_MS), alertId: 'alert-id' },
    });
    const ran = await run(['source', 'status', 'siem', '--json'], { gateway });
    const day = { accepted: 30, rejected: 2, auth_failures: 7, unclassified: 10 };
    expect(ran.json()).toMatchObject({
      health: 'silent',
      last_rejected: { code: 'unauthorized', cause: 'wrong-credential' },
      counts: {
        '1h': { since: '2026-03-01T11:00:00.000Z', accepted: 0, rejected: 2, auth_failures: 7 },
        '24h': { since: '2026-02-28T12:00:00.000Z', ...day },
      },
      unclassified_percent: 33.3,
      no_data_alarm: { is_firing: true, alert_id: 'alert-id' },
    });
    const { stdout } = await run(['source', 'status', 'siem'], { gateway });
    expect(stdout).toContain('unauthorized: wrong-credential');
    expect(stdout).toContain('(25h ago)');
    expect(stdout).toContain('! the latest request was refused: unauthorized');
    expect(stdout).toContain('! 33.3 % of the alerts');
  });

  it('names the severities that nobody knows, with the map to add; one that was added is known', async () => {
    const gateway = await gatewayWithSource('--severity-map', 'P1=low');
    const words = ['Urgent', "it's bad", 'P1'];
    gateway.kept.sourceHealth.set(gateway.source().id, {
      lastAcceptedAt: iso(NOW),
      unknownSeverities: { at: iso(NOW - 60_000), words },
      hours: [{ ...NO_COUNTS, hour: hour(0), accepted: 2, unclassified: 2 }],
    });
    const add = `tocsin source update siem --severity-map 'Urgent=medium,it'\\''s bad=medium'`;
    const { stdout } = await run(['source', 'status', 'siem'], { gateway });
    expect(stdout).toContain('"Urgent", "it\'s bad"');
    expect(stdout).toContain(add);
    const argv = ['source', 'update', 'siem', '--severity-map', "Urgent=critical,it's bad=HIGH"];
    expect(await run(argv, { gateway })).toMatchObject({ code: 0 });
    expect(gateway.source().severityMap).toEqual({ p1: 'low', urgent: 'critical', "it's bad": 'high' });
    expect((await run(['source', 'status', 'siem', '--json'], { gateway })).json()).toMatchObject({
      unknown_severities: null,
    });
    expect((await run(['source', 'show', 'siem'], { gateway })).stdout).toContain('urgent = critical');
    expect(await run(['source', 'update', 'siem', '--severity-map', 'none'], { gateway })).toMatchObject({
      code: 0,
    });
    expect(gateway.source().severityMap).toBeUndefined();
  });

  it.each([
    ['P1', 'is no map; expected value=severity'],
    ['P1=worst', 'is no severity; expected one of info, low, medium, high, critical'],
    ['P1=high,P1=low', 'is there twice'],
    ['P1=high,p1=low', 'is there twice'],
  ])('a severity map %s is refused', async (map, problem) => {
    const ran = await run(['source', 'create', '--name', 'a', '--severity-map', map], {
      gateway: memoryGateway(),
    });
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(`--severity-map`);
    expect(ran.stderr).toContain(problem);
  });

  it('warns for as long as anyone can post', async () => {
    const gateway = await gatewayWithSource(
      '--auth',
      'none',
      '--i-understand-anyone-can-post',
      '--no-data-alarm',
      'off',
    );
    const { stdout } = await run(['source', 'status', 'siem'], { gateway });
    expect(stdout).toContain('! anyone who knows the URL can post');
    expect(stdout).toContain('! nobody is told when it falls silent');
  });

  it('shows no character of a sender that a terminal would act on', async () => {
    const gateway = await gatewayWithSource();
    gateway.kept.sourceHealth.set(gateway.source().id, {
      lastRefusal: { at: iso(NOW), code: 'invalid-json', cause: 'unexpected \u001b[2J' },
      hours: [],
    });
    expect((await run(['source', 'status', 'siem'], { gateway })).stdout).not.toContain('\u001b');
  });

  it('of a source that does not exist is a failure', async () => {
    expect((await run(['source', 'status', 'nobody'], { gateway: memoryGateway() })).code).toBe(1);
  });
});

describe('source list and delete', () => {
  it('show the health of each source, and leave none of it behind', async () => {
    const gateway = await gatewayWithSource();
    const { id } = gateway.source();
    gateway.kept.sourceHealth.set(id, { lastAcceptedAt: iso(NOW - 60_000), hours: [] });
    const { stdout } = await run(['source', 'list'], { gateway });
    expect(stdout).toMatch(/HEALTH +LAST ACCEPTED/);
    expect(stdout).toMatch(/healthy +60s ago/);
    const listed = (await run(['source', 'list', '--json'], { gateway })).json();
    expect(listed).toMatchObject({ sources: [{ health: 'healthy', last_accepted_at: iso(NOW - 60_000) }] });
    await run(['source', 'delete', 'siem', '--yes'], { gateway });
    expect(gateway.kept.sourceHealth.size).toBe(0);
  });
});

describe('source update', () => {
  it('changes what is named, and nothing else', async () => {
    const gateway = await gatewayWithSource(
      '--auth',
      'hmac',
      '--header',
      'X-Sig',
      '--rate-limit',
      '77',
      '--envelope',
      'a.b',
    );
    const before = gateway.source();
    const ran = await run(
      ['source', 'update', 'siem', '--name', 'waf', '--no-data-alarm', '2h', '--default-severity', 'high'],
      { gateway },
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(gateway.source()).toEqual({
      ...before,
      name: 'waf',
      noDataAlarm: { afterSeconds: 7_200 },
      defaultSeverity: 'high',
      updatedAt: iso(NOW),
    });
  });

  it('keeps a calendar until it is told otherwise', async () => {
    const calendar = 'mon-fri 08:00-18:00 Europe/Berlin';
    const gateway = await gatewayWithSource('--no-data-calendar', calendar);
    await run(['source', 'update', 'siem', '--no-data-alarm', '1h'], { gateway });
    expect(gateway.source().noDataAlarm).toMatchObject({ afterSeconds: 3_600, calendar: { from: '08:00' } });
    await run(['source', 'update', 'siem', '--no-data-calendar', 'always'], { gateway });
    expect(gateway.source().noDataAlarm).toEqual({ afterSeconds: 3_600 });
    await run(['source', 'update', 'siem', '--no-data-alarm', 'off'], { gateway });
    expect(gateway.source().noDataAlarm).toBe('off');
    await run(['source', 'update', 'siem', '--no-data-calendar', calendar], { gateway });
    expect(gateway.source().noDataAlarm).toMatchObject({ afterSeconds: 86_400, calendar: { to: '18:00' } });
  });

  it('changes one field of a signature and keeps the others', async () => {
    const argv = ['--auth', 'hmac', '--header', 'X-Sig', '--signed-content', 'timestamp.body'];
    const gateway = await gatewayWithSource(...argv, '--timestamp-header', 'X-Time');
    await run(['source', 'update', 'siem', '--header', 'X-Signature'], { gateway });
    expect(gateway.source().auth).toMatchObject({ header: 'x-signature', timestampHeader: 'x-time' });
    await run(['source', 'update', 'siem', '--signed-content', 'body'], { gateway });
    expect(gateway.source().auth).toEqual({
      type: 'hmac',
      header: 'x-signature',
      algorithm: 'sha256',
      signedContent: 'body',
    });
  });

  it('gives a source that had none a secret, and takes it back with the auth', async () => {
    const gateway = await gatewayWithSource('--auth', 'none', '--i-understand-anyone-can-post');
    expect(gateway.kept.secrets.size).toBe(0);
    const ran = await run(['source', 'update', 'siem', '--auth', 'bearer', '--json'], { gateway });
    expect(ran.json()).toMatchObject({ secret: gateway.secret() });
    const refused = await run(['source', 'update', 'siem', '--auth', 'none'], { gateway });
    expect(refused.code).toBe(2);
    await run(['source', 'update', 'siem', '--auth', 'none', '--i-understand-anyone-can-post'], { gateway });
    // Nothing is deleted that another operator may be about to write.
    expect([...gateway.kept.secrets.values()]).toEqual([{}]);
  });

  it('keeps the secret when the way of proving it changes, and prints none', async () => {
    const gateway = await gatewayWithSource();
    const before = gateway.secret();
    const ran = await run(['source', 'update', 'siem', '--auth', 'basic', '--username', 'u'], { gateway });
    expect(gateway.secret()).toBe(before);
    expect(ran.stdout).not.toContain(before);
  });

  it.each([
    [['--dedup-window', 'soon'], 2, /--dedup-window/],
    [['--no-data-alarm', '5m'], 2, /--no-data-alarm.*15m and 30d/],
    [['--map', 'title=a'], 2, /--map.*format mapping/],
    [['--format', 'mapping'], 2, /title/],
    [[], 2, /nothing to change/],
  ])('refuses %j', async (argv, code, message) => {
    const gateway = await gatewayWithSource();
    const before = gateway.source();
    const ran = await run(['source', 'update', 'siem', ...argv], { gateway });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
    expect(gateway.source()).toEqual(before);
  });
});
