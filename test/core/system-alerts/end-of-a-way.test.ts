import { describe, expect, test } from 'vitest';
import {
  SecretNotFoundError,
  UnreadableConfigError,
} from '../../../functions/core/model/config/unreadable-config.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { unreadableDeliveryAlert } from '../../../functions/core/system-alerts/delivery-unreadable.ts';
import { destinationGone } from '../../../functions/core/system-alerts/destination-gone.ts';
import { resolvedAlert, silentAlert } from '../../../functions/core/system-alerts/source-silent.ts';
import { aMessage, anAlert, aSource, aWebhook } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:10:00.000Z');
const SINCE = '2026-01-14T15:00:00.000Z';

describe('a delivery that ended because something cannot be read', () => {
  const told = (error: UnreadableConfigError, alert = anAlert()) =>
    unreadableDeliveryAlert(aMessage({ alert }), error, NOW_MS);

  test('names its destination where the error names nothing, and is not told to it', () => {
    expect(told(new UnreadableConfigError('no url'))).toMatchObject({
      type: 'tocsin.configuration-unreadable',
      title: 'The destination dst_1 cannot be read',
      details: { destination_id: 'dst_1', problem: 'no url' },
    });
  });

  test('names the alert that was not told: title, source and id', () => {
    const alert = told(new UnreadableConfigError('no url'), anAlert({ id: 'alert-7', title: 'root login' }));
    expect(alert?.description).toContain(
      `The alert "root login" (alert-7) of ${anAlert().source.name} met it.`,
    );
    expect(alert?.details).toMatchObject({ example_alert_id: 'alert-7', example_title: 'root login' });
  });

  test('of a secret says how to write it anew', () => {
    const alert = told(
      new SecretNotFoundError('s', { kind: 'destination', id: 'dst_1', name: 'siem', isSecret: true }),
    );
    expect(alert?.title).toBe('The secret of the destination siem cannot be read');
    expect(alert?.remediation?.steps?.join('\n')).toContain('tocsin destination rotate dst_1');
  });

  test('of a suppression names no address, in text or details', () => {
    const item = { kind: 'suppression', id: 'dst_1 ana@example.com', problem: 'x' } as const;
    const alert = told(new UnreadableConfigError('x', item));
    expect(JSON.stringify(alert)).not.toContain('ana@example.com');
    expect(alert?.details).toMatchObject({ destination_id: 'dst_1' });
  });

  test('of a system alert is not told: no loops', () => {
    const source = { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' };
    expect(told(new UnreadableConfigError('x'), anAlert({ source }))).toBeUndefined();
  });
});

test('a receiver that is gone is told with what to do, in order, and what was missed since', () => {
  const alert = destinationGone(aMessage(), aWebhook({ name: 'my hook' }), NOW_MS);
  expect(alert).toMatchObject({
    type: 'tocsin.destination-gone',
    severity: 'critical',
    details: { destination_id: 'dst_1' },
  });
  const steps = alert.remediation?.steps ?? [];
  expect(steps.map((step) => step.split(':')[0])).toEqual([
    "Ask the receiver's owner for the new address",
    'Set it',
    'Try it, then resume',
    'Send what was missed',
  ]);
  expect(steps.at(-1)).toContain('--since 2026-01-15T15:10:00.000Z');
  expect(steps.join('\n')).toContain("'my hook'");
});

describe('a silent source', () => {
  const source = aSource({ id: 'src_1', name: 'siem' });
  const now = { nowMs: NOW_MS, tenantId: 't' };
  const silent = (health: Parameters<typeof silentAlert>[1]['health']) =>
    silentAlert(source, { health, since: SINCE }, now);

  test('that never sent anything says so', () => {
    expect(silent(undefined).title).toBe('Source siem has never sent anything');
  });

  test('whose requests are refused says why, when that was after the silence began', () => {
    const refused = (at: string) =>
      silent({ lastAcceptedAt: SINCE, lastRefusal: { at, code: 'unauthorized' } } as Parameters<
        typeof silentAlert
      >[1]['health']);
    expect(refused('2026-01-15T15:00:00.000Z').description).toContain('refused: unauthorized');
    expect(refused('2026-01-14T14:00:00.000Z').description).toContain('No request was refused meanwhile');
  });

  test('never shows the id of the source in words: it is a part of its URL', () => {
    const { title, description, remediation } = silent(undefined);
    expect(JSON.stringify([title, description, remediation])).not.toContain('src_1');
  });

  test('ends as another alert of the same key, and tells a sender that came back from settings that changed', () => {
    const alarm = { since: SINCE, raisedAt: SINCE, alertId: 'a' };
    const ended = (last?: string) => resolvedAlert(source, { alarm, lastAcceptedAt: last }, now);
    const heard = ended('2026-01-15T15:00:00.000Z');
    expect(heard).toMatchObject({
      status: 'resolved',
      title: 'Source siem sends again',
      dedup_key: silent(undefined).dedup_key,
    });
    expect(heard.id).not.toBe(silent(undefined).id);
    expect(ended(SINCE).title).toBe('Source siem is not expected to send any more');
  });
});
