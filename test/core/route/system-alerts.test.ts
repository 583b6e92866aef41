import { describe, expect, test } from 'vitest';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { failureAlert } from '../../../functions/core/system-alerts/dead-letter.ts';
import { unroutedAlerts } from '../../../functions/core/system-alerts/unrouted.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import { SEVERITIES, severityId } from '../../../functions/core/model/wire/severity.ts';
import { aMailingList, aMessage, anAlert, aRoutedAlert, aWebhook } from '../../adapters/records.ts';

const failed = (id = 'dst_9') =>
  anAlert({
    type: 'tocsin.dead-letter',
    severity: 'critical',
    source: { id: 'tocsin', name: 'Tocsin', format: 'system' },
    details: { destination_id: id },
  });
const told = (destinations: Destination[], alert = failed()) =>
  routeAlert(
    alert,
    { routes: [], destinations, unreadable: { routes: [], destinations: [] } },
    0,
  ).deliveries.map(({ destination_id: id, recipient }) => recipient ?? id);
const board = (given: Partial<Destination> = {}) =>
  aMailingList({
    id: 'dst_b',
    recipients: [{ address: 'ceo@example.com', role: 'executive' }],
    ...(given as object),
  });
const hook = (given: Partial<Destination> = {}) => aWebhook({ id: 'dst_h', ...(given as object) });

describe('a system alert', () => {
  test('of receivers that fail reaches no executive, however often', () => {
    for (let hour = 0; hour < 11; hour += 1) expect(told([board(), hook()])).toEqual(['dst_h']);
    const mixed = aMailingList({
      id: 'dst_m',
      recipients: [
        { address: 'ceo@example.com', role: 'executive' },
        { address: 'ops@example.com', role: 'it_admin' },
      ],
    });
    expect(told([mixed])).toEqual(['ops@example.com']);
    expect(told([mixed], anAlert())).toEqual(['ceo@example.com', 'ops@example.com']);
  });

  test.each<[string, Destination[], string[]]>([
    ['on for executives', [board({ systemAlerts: true }), hook()], ['ceo@example.com', 'dst_h']],
    ['off for the others', [board(), hook({ systemAlerts: false }), aWebhook({ id: 'dst_2' })], ['dst_2']],
    ['off for all', [board(), hook({ systemAlerts: false })], ['ceo@example.com', 'dst_h']],
    ['on for one that is disabled', [board(), hook({ isEnabled: false })], ['ceo@example.com']],
    ['on for the one that it is about', [board(), hook({ id: 'dst_9' })], ['ceo@example.com']],
  ])('is told to somebody: %s', (_, destinations, expected) => {
    expect(told(destinations)).toEqual(expected);
  });

  test('says why a destination was left out', () => {
    const { trace } = routeAlert(
      failed(),
      { routes: [], destinations: [board(), hook()], unreadable: { routes: [], destinations: [] } },
      0,
    );
    expect(trace.map(({ because }) => because)).toEqual(['system-alerts-off', 'system-alert']);
  });
});

describe('the system alert about an alert', () => {
  const about = (severity: (typeof SEVERITIES)[number]) =>
    anAlert({
      id: `alert-${severity}`,
      severity,
      severity_id: severityId(severity),
      title: `disk of ${severity}`,
      source: { id: 'src_1', name: 'falco', format: 'falco' },
    });

  test.each(SEVERITIES)('that reaches nobody is no less grave, and names it: %s', (severity) => {
    const [alert] = unroutedAlerts([aRoutedAlert(about('info')), aRoutedAlert(about(severity))].slice(-2));
    expect(severityId(alert?.severity ?? 'info')).toBeGreaterThanOrEqual(severityId(severity));
    for (const part of [`disk of ${severity}`, 'falco', `alert-${severity}`]) {
      expect(alert?.description).toContain(part);
    }
    expect(alert?.details).toMatchObject({ example_title: `disk of ${severity}`, example_source: 'falco' });
  });

  test('of which one is critical is another one than that of the hour', () => {
    const [low, critical] = (['low', 'critical'] as const).map(
      (severity) => unroutedAlerts([aRoutedAlert(about(severity))])[0],
    );
    expect(critical?.severity).toBe('critical');
    expect(critical?.id).not.toBe(low?.id);
  });

  test('that could not be delivered names it', () => {
    const alert = about('high');
    const told = failureAlert(aMessage({ alert, alert_id: alert.id }), aWebhook(), 'receiver-gone', 0);
    const dead = failureAlert(aMessage({ alert, alert_id: alert.id }), aWebhook(), 'receiver-rejected', 0);
    expect(dead?.severity).toBe('critical');
    expect(dead?.description).toContain('disk of high');
    for (const one of [told, dead]) {
      expect(one?.details).toMatchObject({
        example_alert_id: 'alert-high',
        example_title: 'disk of high',
        example_source: 'falco',
      });
    }
  });
});
