import { describe, expect, test } from 'vitest';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import type { FailureReason } from '../../../functions/core/model/wire/delivery-reasons.ts';
import { failureAlert } from '../../../functions/core/system-alerts/dead-letter.ts';
import { aMessage, anAlert, aWebhook } from '../../adapters/records.ts';

const SENT_MS = Date.parse('2026-01-15T15:10:00.000Z');
const ofSystem = aMessage({
  alert: anAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } }),
});
const told = (reason: FailureReason, message = aMessage(), sentAtMs = SENT_MS) =>
  failureAlert(message, aWebhook(), reason, sentAtMs);

describe('a delivery that failed for good', () => {
  test('is told with the destination it concerns, and with one example', () => {
    expect(told('receiver-rejected')).toMatchObject({
      type: 'tocsin.dead-letter',
      severity: 'critical',
      details: {
        destination_id: 'dst_1',
        reason: 'receiver-rejected',
        example_alert_id: 'alert-1',
        example_delivery_id: 'delivery-1',
      },
    });
  });

  test('of a system alert is not told: no loops', () => {
    expect(told('receiver-rejected', ofSystem)).toBeUndefined();
  });

  test('is one alert for each destination and hour of the message, whatever the reason', () => {
    const id = told('receiver-rejected')?.id;
    expect(told('refused-url', aMessage({ delivery_id: 'delivery-2' }), SENT_MS + 49 * 60_000)?.id).toBe(id);
    expect(told('receiver-rejected', aMessage(), SENT_MS + 50 * 60_000)?.id).not.toBe(id);
    expect(failureAlert(aMessage(), aWebhook({ id: 'dst_2' }), 'receiver-rejected', SENT_MS)?.id).not.toBe(
      id,
    );
  });
});

describe('a receiver that says it is gone', () => {
  test('is told as that, and since when deliveries are missed', () => {
    const alert = told('receiver-gone');
    expect(alert).toMatchObject({ type: 'tocsin.destination-gone', details: { reason: 'receiver-gone' } });
    expect(alert?.remediation?.steps?.at(-1)).toContain('--since 2026-01-15T15:10:00.000Z');
  });

  test('is told to a system alert as well: the destination is paused, so that ends', () => {
    expect(told('receiver-gone', ofSystem)).toMatchObject({ type: 'tocsin.destination-gone' });
  });
});
