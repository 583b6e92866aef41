import { describe, expect, it } from 'vitest';
import { alertOf, alertsOf, fixture, formatOf } from './read-payload.ts';

describe('okta', () => {
  it('makes an alert of each event', () => {
    const [failed, locked] = alertsOf('okta', fixture('okta/two-events.json'));
    expect(failed).toMatchObject({
      type: 'okta.user.session.start',
      severity: 'medium',
      severity_original: 'WARN',
      title: 'Okta: User login to Okta (alice@example.com) FAILURE',
      description: 'INVALID_CREDENTIALS',
      event_time: '2026-03-02T08:15:30.123Z',
      source_alert_id: 'b0a1c2d3-aaaa-bbbb-cccc-000000000001',
      actors: [{ type: 'User', id: '00u1', name: 'alice@example.com' }],
      resources: [{ type: 'AppInstance', id: '0oa1', name: 'Shop' }],
      observables: [{ type: 'ip', value: '198.51.100.23' }],
      details: { client: { userAgent: { os: 'Linux' } } },
    });
    expect(locked).toMatchObject({
      severity: 'info',
      title: 'Okta: Max sign in attempts exceeded (alice@example.com)',
    });
    expect(failed?.dedup_key).not.toBe(locked?.dedup_key);
  });

  it.each([
    ['DEBUG', 'info'],
    ['INFO', 'info'],
    ['WARN', 'medium'],
    ['ERROR', 'high'],
  ])('maps the severity %s to %s', (given, severity) => {
    expect(alertOf('okta', { eventType: 'a', severity: given })).toMatchObject({
      severity,
      severity_original: given,
    });
  });

  const ask = (method: string, challenge?: string) =>
    formatOf('okta').handshake?.({
      method,
      headers: challenge === undefined ? {} : { 'x-okta-verification-challenge': challenge },
    });

  it('answers the challenge that Okta verifies a receiver with', () => {
    const answer = ask('GET', 'aN-example_challenge.1');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer?.body ?? '')).toEqual({ verification: 'aN-example_challenge.1' });
  });

  it.each([
    ['POST', 'abc'],
    ['GET', undefined],
    ['GET', ''],
    ['GET', 'a b'],
    ['GET', 'a'.repeat(257)],
    ['GET', 'a\r\nb'],
  ])('answers nothing to %s with %j', (method, challenge) => {
    expect(ask(method, challenge)).toBeUndefined();
  });
});
