import { describe, expect, test } from 'vitest';
import { certificateExpires } from '../../../functions/core/system-alerts/certificate-expires.ts';
import { destinationWithoutRecipients } from '../../../functions/core/system-alerts/destination-without-recipients.ts';
import { remedyOf } from '../../../functions/core/system-alerts/failure-remedies.ts';
import { quotaAlert } from '../../../functions/core/system-alerts/mail-quota.ts';
import { mailRejected } from '../../../functions/core/system-alerts/mail-rejected.ts';
import { lostRequestAlert, resentAlert } from '../../../functions/core/system-alerts/message-lost.ts';
import { queueGaveUp } from '../../../functions/core/system-alerts/queue-gave-up.ts';
import { CONCERNED_MAIL_SERVICE, raised, systemAlert } from '../../../functions/core/system-alerts/raise.ts';
import { recipientSuppressed } from '../../../functions/core/system-alerts/recipient-suppressed.ts';
import { unroutedAlerts } from '../../../functions/core/system-alerts/unrouted.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { DEAD_LETTER_QUEUES, type DeadLetter } from '../../../functions/core/model/wire/dead-letter.ts';
import type { Suppression } from '../../../functions/core/model/wire/suppression.ts';
import { aMailingList, aMessage, anAlert, aRoutedAlert, aWebhook } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:10:00.000Z');
const HOUR_MS = 3_600_000;
const TENANT = 'tenant-1';

describe('a system alert', () => {
  const about = (given: Partial<Parameters<typeof systemAlert>[0]> = {}) =>
    systemAlert({
      type: 'tocsin.unrouted',
      subject: 'src_1',
      severity: 'high',
      title: 't',
      description: 'd',
      steps: ['s'],
      details: {},
      nowMs: NOW_MS,
      tenantId: TENANT,
      ...given,
    });

  test('comes from Tocsin itself, fires now, and is sent as what may have been sent before', () => {
    expect(about()).toMatchObject({
      source: { id: SYSTEM_SOURCE_ID },
      status: 'firing',
      event_time: '2026-01-15T15:10:00.000Z',
      received_at: '2026-01-15T15:10:00.000Z',
      tenant_id: TENANT,
      dedup_key: 'tocsin.unrouted:src_1',
    });
    expect(raised([about()])).toMatchObject({ request_id: 'system', is_repeat: true });
  });

  test('is the same one for the same type and subject within an hour, and another one for any of them', () => {
    const { id } = about();
    expect(about({ nowMs: NOW_MS + 49 * 60_000, title: 'other words' }).id).toBe(id);
    const others = [
      about({ nowMs: NOW_MS + HOUR_MS }),
      about({ subject: 'src_2' }),
      about({ type: 'tocsin.mail-quota' }),
    ];
    expect(new Set([id, ...others.map((other) => other.id)]).size).toBe(4);
  });

  test('of something earlier has the hour of that, however late it is told', () => {
    const eventAt = '2026-01-15T11:00:00.000Z';
    const told = about({ eventAt });
    expect(told).toMatchObject({ event_time: eventAt, received_at: '2026-01-15T15:10:00.000Z' });
    expect(about({ eventAt, nowMs: NOW_MS + 5 * HOUR_MS }).id).toBe(told.id);
  });

  test('with an occurrence of its own is the same one at any time', () => {
    const { id } = about({ occurrence: 'end' });
    expect(about({ occurrence: 'end', nowMs: NOW_MS + 99 * HOUR_MS }).id).toBe(id);
  });
});

describe('alerts that reach nobody', () => {
  const routed = (sourceId: string, id: string) =>
    aRoutedAlert(
      { id, source: { id: sourceId, name: sourceId, format: 'generic' } },
      { routing: 'unrouted' },
    );

  test('are told once for each source, in the hour of the alert and not of the look', () => {
    const alerts = unroutedAlerts([routed('src_1', 'a'), routed('src_1', 'b'), routed('src_2', 'c')]);
    expect(alerts.map(({ details }) => details['source_id'])).toEqual(['src_1', 'src_2']);
    expect(alerts[0]?.received_at).toBe(routed('src_1', 'a').alert.received_at);
    expect(unroutedAlerts([routed('src_1', 'b')])[0]?.id).toBe(alerts[0]?.id);
  });

  test('are nothing to tell when there are none', () => {
    expect(unroutedAlerts([])).toEqual([]);
  });
});

describe('messages that a queue gave up', () => {
  const letter = (given: Partial<DeadLetter>): DeadLetter => ({
    queue: 'webhook',
    messageId: 'm',
    receiptHandle: 'r',
    sentAt: '2026-01-15T15:00:00.000Z',
    reason: 'pipeline-fault',
    isUnrecorded: true,
    body: '',
    ...given,
  });

  test.each(DEAD_LETTER_QUEUES)('of %s are told with what was lost, once for the queue and hour', (queue) => {
    const alert = queueGaveUp(letter({ queue, delivery: aMessage() }), NOW_MS, TENANT);
    expect(alert).toMatchObject({ type: 'tocsin.dead-letter', severity: 'critical', details: { queue } });
    expect(queueGaveUp(letter({ queue, messageId: 'another' }), NOW_MS, TENANT).id).toBe(alert.id);
  });

  test('are told apart by their queues', () => {
    const ids = DEAD_LETTER_QUEUES.map((queue) => queueGaveUp(letter({ queue }), NOW_MS, TENANT).id);
    expect(new Set(ids).size).toBe(DEAD_LETTER_QUEUES.length);
  });

  test('name the example that an operator may ask about', () => {
    const accepted = { schema_version: '1' as const, request_id: 'req-1', alerts: [anAlert()] };
    expect(queueGaveUp(letter({ queue: 'alerts', accepted }), NOW_MS, TENANT).details).toEqual({
      queue: 'alerts',
      reason: 'pipeline-fault',
      example_alert_id: 'alert-1',
      example_request_id: 'req-1',
    });
  });
});

describe('messages that vanished', () => {
  test('and were sent again are told once an hour, with one of them', () => {
    const alert = resentAlert([aMessage(), aMessage({ delivery_id: 'delivery-2' })], NOW_MS, TENANT);
    expect(alert).toMatchObject({ severity: 'high', details: { example_delivery_id: 'delivery-1' } });
    expect(resentAlert([aMessage({ delivery_id: 'delivery-3' })], NOW_MS, TENANT).id).toBe(alert.id);
  });

  test('deliveries that were sent again are named by the gravest alert, and what is told is no less grave', () => {
    const grave = anAlert({ id: 'alert-9', title: 'root login', severity: 'critical', severity_id: 5 });
    const few = [aMessage(), aMessage({ delivery_id: 'delivery-9', alert_id: grave.id, alert: grave })];
    const alert = resentAlert(few, NOW_MS, TENANT);
    expect(alert.severity).toBe('critical');
    expect(alert.description).toContain(`The alert "root login" (alert-9) of ${grave.source.name}`);
    expect(alert.details).toMatchObject({
      example_alert_id: 'alert-9',
      example_title: 'root login',
      example_source: grave.source.name,
      example_delivery_id: 'delivery-9',
    });
    // A grave one is told though another was told in this hour.
    expect(alert.id).not.toBe(resentAlert([aMessage()], NOW_MS, TENANT).id);
  });

  test.each([
    [1, 'one alert is neither stored nor in any queue, alert-1.'],
    [3, '3 alerts are neither stored nor in any queue, alert-1 for one.'],
  ])('with %i alerts that only the sender has are told by the source', (missing, words) => {
    const request = {
      requestId: 'req-1',
      sourceId: 'src_1',
      receivedAt: '2026-01-15T14:23:01.000Z',
      indexes: [[0, 2]] as [number, number][],
    };
    const ids = Array.from({ length: missing }, (_, index) => `alert-${index + 1}`);
    const alert = lostRequestAlert(request, ids, NOW_MS, TENANT);
    expect(alert).toMatchObject({
      severity: 'critical',
      details: { source_id: 'src_1', missing, example_alert_id: 'alert-1' },
    });
    expect(alert.description).toContain(words);
    expect(alert.title).toContain('2026-01-15 14:23 UTC');
  });
});

describe('the mail service', () => {
  test('that takes no more mails is critical, and few more is not; both are told round the mails', () => {
    const exhausted = quotaAlert({ state: 'exhausted' }, NOW_MS, TENANT);
    const scarce = quotaAlert({ state: 'scarce', perDay: 200, sentLastDay: 170 }, NOW_MS, TENANT);
    expect([exhausted.severity, scarce.severity]).toEqual(['critical', 'high']);
    expect(exhausted.details).toEqual({ [CONCERNED_MAIL_SERVICE]: 'ses', state: 'exhausted' });
    expect(scarce.description).toContain('200 mails in any 24 hours, and 170 were sent');
    expect(exhausted.id).not.toBe(scarce.id);
  });

  test('that took a mail and did not send it is told without the address', () => {
    const mail = { alertId: 'alert-1', deliveryId: 'delivery-1', recipient: 'ana@example.com' };
    const happened = { nowMs: NOW_MS, eventAt: '2026-01-15T15:09:00.000Z', tenantId: TENANT };
    const alert = mailRejected(mail, aMailingList(), happened);
    expect(JSON.stringify(alert)).not.toContain('ana@');
    expect(alert.details).toMatchObject({ example_delivery_id: 'delivery-1', mail_destination_id: 'dst_2' });
  });
});

describe('a recipient who gets no more mail', () => {
  const held = (reason: Suppression['reason']): Suppression => ({
    destination_id: 'dst_2',
    address: 'ana@example.com',
    reason,
    at: '2026-01-15T15:00:00.000Z',
    by: 'page',
  });
  const happened = { nowMs: NOW_MS, eventAt: '2026-01-15T15:00:00.000Z', tenantId: TENANT };

  test.each([
    ['unsubscribed', 'tocsin.recipient-left', 'medium'],
    ['by-operator', 'tocsin.recipient-left', 'medium'],
    ['bounced', 'tocsin.recipient-suppressed', 'high'],
    ['complained', 'tocsin.recipient-suppressed', 'high'],
  ] as const)('because of %s is told as %s, without the address', (reason, type, severity) => {
    const alert = recipientSuppressed(aMailingList(), held(reason), 1, happened);
    expect(alert).toMatchObject({ type, severity, details: { reason, remaining_recipients: 1 } });
    expect(JSON.stringify(alert)).not.toContain('ana@');
  });

  test.each([
    [0, 'Nobody is left there.'],
    [1, 'One recipient is left there.'],
    [2, '2 recipients are left there.'],
  ])('leaves %i', (remaining, words) => {
    const alert = recipientSuppressed(aMailingList(), held('bounced'), remaining, happened);
    expect(alert.description).toContain(words);
  });

  test('and was the last is critical, and names the destination by what is left of it', () => {
    const alert = destinationWithoutRecipients(aMailingList(), held('bounced'), happened);
    expect(alert).toMatchObject({ severity: 'critical', details: { mail_destination_id: 'dst_2' } });
    expect(JSON.stringify(alert)).not.toContain('ana@');
  });
});

describe('a client certificate', () => {
  const notAfter = '2026-02-01T00:00:00.000Z';
  const told = (days: number, daysLeft: number) =>
    certificateExpires(
      aWebhook(),
      { notAfter, daysLeft, warning: { days, severity: 'high' } },
      { nowMs: NOW_MS, tenantId: TENANT },
    );

  test('is told once for each warning, whenever it is looked at', () => {
    expect(told(30, 17).title).toContain('expires on 2026-02-01');
    expect(told(30, 16).id).toBe(told(30, 17).id);
    expect(told(7, 7).id).not.toBe(told(30, 17).id);
  });

  test('that has ended is said to have', () => {
    expect(told(0, 0).title).toContain('has expired');
  });
});

describe('the remedy of a failure', () => {
  test('is known where the cause is not the receiver', () => {
    expect(remedyOf('mail-not-permitted')).toContain('SES console');
    expect(remedyOf('mail-login-refused')).toContain('tocsin destination rotate');
  });

  test.each([undefined, 'receiver-failing' as const, 'toString' as never])('is none for %s', (reason) => {
    expect(remedyOf(reason)).toBeUndefined();
  });
});
