import { describe, expect, test } from 'vitest';
import { courseOf } from '../../../../../functions/core/deliver/email/compose/course.ts';
import {
  shownDuration,
  shownInstant,
  shownRange,
} from '../../../../../functions/core/deliver/email/compose/times.ts';
import { placeOf } from '../../../../../functions/core/deliver/email/compose/where.ts';
import { RECIPIENT_ROLES } from '../../../../../functions/core/model/config/destination.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { aMail, anAlertWithout } from './an-alert.ts';

const plain = (fields: Partial<Alert>): Alert => ({
  ...anAlertWithout('resources', 'environment', 'actors', 'observables'),
  labels: {},
  details: {},
  ...fields,
});
const under = (alert: Alert, request: Parameters<typeof aMail>[0] = {}) => {
  const [, , title, origin] = aMail({ ...request, alert }).text.split('\n');
  return { title, origin };
};

describe('the title says where', () => {
  test.each<[string, Partial<Alert>, string]>([
    ['a repository', { labels: { repository: 'acme/shop' } }, 'acme/shop'],
    [
      'account and region',
      { labels: { account: '111122223333', region: 'eu-central-1' } },
      '111122223333, eu-central-1',
    ],
    [
      'the name of an account',
      { labels: { account: '111122223333', account_name: 'prod-payments', region: 'eu-central-1' } },
      'prod-payments, eu-central-1',
    ],
    ['a project', { resources: [{ type: 'project', name: 'checkout' }] }, 'checkout'],
    [
      'a host before its container',
      {
        resources: [
          { type: 'container', name: 'web' },
          { type: 'host', name: 'node-1' },
        ],
      },
      'node-1',
    ],
    ['the only resource', { resources: [{ type: 'thing', id: 'x-1' }] }, 'x-1'],
    ['the label of an exporter', { labels: { instance: 'db-1:9100' } }, 'db-1:9100'],
    ['a namespace', { labels: { namespace: 'shop', job: 'node' } }, 'shop'],
  ])('%s', (_, fields, where) => {
    const alert = plain({ title: 'Something happened.', ...fields });
    expect(under(alert).title).toBe(`Something happened · ${where}`);
    expect(aMail({ alert }).subject).toBe(`[HIGH] Something happened · ${where}`);
  });

  test('only what it does not say already', () => {
    const labels = { account: '111122223333', region: 'eu-central-1' };
    expect(under(plain({ title: 'Sign-in in account 111122223333', labels })).title).toBe(
      'Sign-in in account 111122223333 · eu-central-1',
    );
    expect(under(plain({ title: 'Disk of db-1 is full', labels: { instance: 'db-1:9100' } })).title).toBe(
      'Disk of db-1 is full',
    );
  });

  test('a name inside another word is not said', () => {
    const labels = { account: '123456789012' };
    expect(under(plain({ title: 'snapd on i-12345678901234567', labels })).title).toBe(
      'snapd on i-12345678901234567 · 123456789012',
    );
  });

  test('a number alone is no place', () => {
    expect(placeOf(plain({ resources: [{ type: 'project', name: '1' }] }))?.short).toBe('project 1');
  });
});

describe('the line below it says what, where, since when and how often', () => {
  test('with the account in full', () => {
    const alert = plain({
      type: 'aws.guardduty.Recon:EC2/PortProbe',
      labels: { account: '111122223333', account_name: 'prod', region: 'eu-central-1' },
      environment: 'production',
      details: { service: { eventFirstSeen: '2026-11-21T01:00:00Z', count: 14 } },
    });
    expect(under(alert, { timeZone: 'Europe/Berlin', count: 3 }).origin).toBe(
      'aws.guardduty.Recon:EC2/PortProbe · prod (111122223333), eu-central-1 · production · ' +
        'since 2026-11-21 02:00 Europe/Berlin (01:00 UTC) · seen 14 times · 3 alerts of this kind',
    );
  });

  test('a resolved alert how long it lasted', () => {
    const alert = plain({ type: 'x', status: 'resolved', details: { startsAt: '2026-11-21T00:24:51Z' } });
    expect(under(alert).origin).toBe('x · resolved 2026-11-21 02:38 UTC · after 2 h 14 min');
    for (const role of RECIPIENT_ROLES) {
      expect(aMail({ alert, role }).text).toMatch(/lasted 2 h 14 min/iu);
    }
  });

  test('nothing of a duration that is not known', () => {
    expect(courseOf(plain({ status: 'resolved' }))).toEqual({
      sinceAt: '2026-11-21T02:38:51.000Z',
      endedAt: '2026-11-21T02:38:51.000Z',
    });
  });

  test.each([
    ['after the event', { startsAt: '2026-11-21T09:00:00Z' }],
    ['no instant', { startsAt: 'yesterday' }],
    ['year 1', { startsAt: '0001-01-01T00:00:00Z' }],
    ["that of somebody's account", { user: { createdAt: '2015-01-01T00:00:00Z' } }],
    ['in a list', { alerts: [{ startsAt: '2015-01-01T00:00:00Z' }] }],
  ])('a beginning that is %s is none', (_, details) => {
    expect(courseOf(plain({ details })).sinceAt).toBe('2026-11-21T02:38:51.000Z');
  });
});

describe("times on the reader's clock", () => {
  test.each([
    ['2026-11-21T02:38:51.000Z', undefined, '2026-11-21 02:38 UTC'],
    ['2026-11-21T02:38:51.000Z', 'UTC', '2026-11-21 02:38 UTC'],
    ['2026-11-21T02:38:51.000Z', 'Europe/Berlin', '2026-11-21 03:38 Europe/Berlin (02:38 UTC)'],
    ['2026-07-21T02:38:51.000Z', 'Europe/Berlin', '2026-07-21 04:38 Europe/Berlin (02:38 UTC)'],
    ['2026-11-21T02:38:51Z', 'America/New_York', '2026-11-20 21:38 America/New_York (2026-11-21 02:38 UTC)'],
    ['2026-11-21T23:59:00Z', 'Asia/Kolkata', '2026-11-22 05:29 Asia/Kolkata (2026-11-21 23:59 UTC)'],
    ['2026-11-21T00:00:00Z', 'Etc/GMT', '2026-11-21 00:00 Etc/GMT (00:00 UTC)'],
    ['soon', 'Europe/Berlin', 'soon'],
  ])('%s in %s is %s', (iso, zone, shown) => {
    expect(shownInstant(iso, zone)).toBe(shown);
  });

  test('a range names both days when they differ', () => {
    expect(shownRange('2026-01-15T22:59:01Z', '2026-01-15T23:01:00Z', 'Europe/Berlin')).toBe(
      '2026-01-15 23:59:01 to 2026-01-16 00:01:00 Europe/Berlin (from 22:59:01 UTC)',
    );
  });

  test.each([
    [45_000, '45 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [8_040_000, '2 h 14 min'],
    [86_400_000, '1 day'],
    [273_600_000, '3 days 4 h'],
  ])('%i ms are %s', (ms, shown) => {
    expect(shownDuration(ms)).toBe(shown);
  });
});

describe('long values', () => {
  test("are cut in the HTML part where a phone's reader stops, and whole in the text part", () => {
    const line = 'word '.repeat(90).trim();
    const { html, text } = aMail({ alert: plain({ details: { log: line } }) });
    expect(text).toContain(`log: ${line}\n`);
    expect(html).not.toContain(line);
    expect(html).toMatch(/>(?:word ){20,31}word…</u);
  });

  test('of a description too', () => {
    const description = 'A sentence of some length. '.repeat(60).trim();
    const { html, text } = aMail({ alert: plain({ description }) });
    expect(text).toContain(description);
    expect(html).toMatch(/some…<|length\.…<|sentence…<|of…<|A…</u);
  });
});

describe('a mail that tells of a finding once more', () => {
  const since = '2026-11-20T09:12:00.000Z';

  test('says how often it was seen, on the line of what and where, in both parts', () => {
    const { html, text } = aMail({ story: { count: 1_237, since } });
    for (const part of [html, text]) expect(part).toContain('x1,237 since 2026-11-20 09:12');
  });

  test('says when it was over, where its end came first', () => {
    const { text } = aMail({ story: { count: 1, since, ended: { status: 'resolved', at: since } } });
    expect(text).toMatch(/resolved 2026-11-20 09:12.*, before this could be told/u);
    expect(text).not.toContain('x1 since');
  });

  test('says nothing of it otherwise', () => {
    expect(aMail().text).not.toMatch(/x\d+ since/u);
  });
});

describe('the type of an alert below its title', () => {
  const ofFormat = (format: string, type: string) =>
    under(plain({ type, source: { id: 'src_a', name: 'a', format } })).origin;

  test.each([
    ['wazuh', 'wazuh.windows'],
    ['grafana', 'grafana.Network'],
    ['okta', 'okta.user.account.support'],
    ['guardduty', 'aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce'],
  ])('of the format %s stays as routes match it: %s', (format, type) => {
    expect(ofFormat(format, type)).toContain(type);
  });

  test.each([
    ['generic', 'evil.example', 'evil[.]example'],
    ['mapping', 'https://evil.example', 'hxxps[:]//evil[.]example'],
    ['wazuh', 'www.evil.example', 'www[.]evil[.]example'],
    ['sentry', 'sentry https://evil.example', 'hxxps[:]//evil[.]example'],
  ])('of the format %s is no link: %s', (format, type, shown) => {
    expect(ofFormat(format, type)).toContain(shown);
  });
});
