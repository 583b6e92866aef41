import { beforeEach, describe, expect, it } from 'vitest';
import type { Severity } from '../../../functions/core/model/wire/severity.ts';
import { aRoutedAlert } from '../../adapters/records.ts';
import { NOW } from '../run.ts';
import { filesApplied } from './files-applied.ts';

const world = filesApplied();
const { apply, given } = world;

describe('what a plan changes for those who are told', () => {
  const alert = (id: string, severity: Severity) =>
    aRoutedAlert({ id, severity, received_at: new Date(NOW - 3_600_000).toISOString() });
  const FILE = `
apiVersion: tocsin/v1
destinations:
  siem: {channel: webhook, url: https://siem.example.com/in}
  oncall: {channel: email, to: ops@example.com}
routes:
  urgent: {to: [oncall], match: [severity>=high]}
  default: {to: none}
`;

  beforeEach(() => {
    for (const one of [alert('1', 'high'), alert('2', 'high'), alert('3', 'low')]) {
      world.gateway.kept.alerts.set(one.alert.id, one);
    }
  });

  it('is counted over the last 24 hours, for the whole of the files', async () => {
    await given([
      'destination',
      'create',
      'webhook',
      '--name',
      'siem',
      '--url',
      'https://siem.example.com/in',
    ]);
    const { stdout, stderr } = await apply(FILE, '--dry-run');
    expect(stderr).toBe('');
    expect(stdout).toContain(
      [
        'Of 3 alerts in the last 24 hours: siem: 3 -> 0; oncall: 0 -> 2; nobody: 0 -> 1',
        '  siem no longer told: one high 2, one low 1',
        '  oncall newly told: one high 2',
        'More alerts than before reach nobody.',
      ].join('\n'),
    );
    const { effect } = (await apply(FILE, '--dry-run', '--json')).json() as { effect: object };
    expect(effect).toMatchObject({
      alerts_24h: 3,
      destinations: [
        {
          name: 'siem',
          before: 3,
          after: 0,
          no_longer_told: [{ severity: 'high', alerts: 2 }, { alerts: 1 }],
        },
        { name: 'oncall', before: 0, after: 2, newly_told: [{ source: 'one', severity: 'high', alerts: 2 }] },
      ],
      nobody: { before: 0, after: 1 },
    });
    const applied = await apply(FILE);
    expect(applied.stdout).toContain('oncall: 0 -> 2');
    expect((await apply(FILE, '--dry-run')).stdout).toBe('No changes.\n');
  });

  it('is what the router then does, also of what is pruned, disabled or out of its hours', async () => {
    await apply(FILE);
    const next = `
apiVersion: tocsin/v1
intervals: {never: {times: 'mon 00:00-00:01 UTC'}}
destinations: {siem: {channel: webhook, url: https://siem.example.com/in, enabled: true}}
`;
    const { stdout } = await apply(next, '--prune', '--dry-run');
    expect(stdout).toContain('siem: 0 -> 3; oncall: 2 -> 0; nobody: 1 -> 0');
    await apply(next, '--prune');
    expect((await apply(FILE, '--dry-run')).stdout).toContain('siem: 3 -> 0; oncall: 0 -> 2; nobody: 0 -> 1');
    const off = next.replace('enabled: true', 'enabled: false');
    expect((await apply(off, '--dry-run')).stdout).toContain('siem: 3 -> 0; nobody: 0 -> 3');
    const closed = `${next}routes: {all: {to: [siem], active: [never], outside: drop}}`;
    expect((await apply(closed, '--dry-run')).stdout).toContain('siem: 3 -> 0; nobody: 0 -> 3');
  });

  it('is not counted where nothing of it changes', async () => {
    await apply(FILE);
    const more = `${FILE}sources: {ci: {format: github, secret: {env: TOKEN}}}\n`;
    const { stdout } = await apply(more, '--dry-run');
    expect(stdout).toContain('+ source ci');
    expect(stdout).not.toContain('24 hours');
    expect((await apply(more, '--dry-run', '--json')).json()).not.toHaveProperty('effect');
  });
});
