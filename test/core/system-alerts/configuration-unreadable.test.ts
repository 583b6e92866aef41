import { describe, expect, it } from 'vitest';
import type { UnreadableConfig } from '../../../functions/core/model/config/unreadable-config.ts';
import { unreadableConfigAlert } from '../../../functions/core/system-alerts/configuration-unreadable.ts';

const NOW_MS = Date.parse('2026-01-15T15:10:00.000Z');
const HOUR_MS = 3_600_000;
const PROBLEM = 'format is "xml"; expected one of generic';
const told = (item: Partial<UnreadableConfig> & Pick<UnreadableConfig, 'kind'>, nowMs = NOW_MS) =>
  unreadableConfigAlert({ id: 'id_1', problem: PROBLEM, ...item }, nowMs, 'tenant-1');
const stepsOf = (alert: ReturnType<typeof told>) => (alert.remediation?.steps ?? []).join('\n');

describe('configuration that cannot be read', () => {
  it.each<[UnreadableConfig['kind'], string, string]>([
    ['source', 'answered with 503', 'tocsin source delete NAME'],
    ['destination', 'become dead letters', 'tocsin destination delete id_1'],
    ['route', 'every alert that it may have matched', 'tocsin route delete id_1'],
    ['silence', 'It has no effect', 'tocsin silence expire id_1'],
    ['interval', 'It counts as open', 'tocsin interval delete id_1'],
    ['lookup', 'go on without the labels', 'tocsin lookup delete id_1'],
    ['remediation', 'Mails go out without these steps', 'tocsin remediation set --help'],
    ['suppression', 'become dead letters', 'tocsin suppressions --help'],
    ['unsubscribe-key', 'become dead letters', 'tocsin unsubscribe-key rotate --yes'],
  ])('of kind %s: %s, and what to do', (kind, consequence, step) => {
    const alert = told({ kind });
    expect(alert).toMatchObject({ type: 'tocsin.configuration-unreadable', severity: 'critical' });
    expect(alert.description).toContain(PROBLEM);
    expect(alert.description).toContain(consequence);
    expect(stepsOf(alert)).toContain(step);
    expect(stepsOf(alert)).toContain('Was a newer version deployed before?');
  });

  it('of a source is told by its name: its id is a part of its URL', () => {
    const alert = told({ kind: 'source', id: 'src_in_the_url', name: 'siem' });
    expect(alert.title).toBe('The source siem cannot be read');
    expect(stepsOf(alert)).toContain('tocsin source delete siem');
    expect(JSON.stringify([alert.title, alert.description, alert.details, stepsOf(alert)])).not.toContain(
      'src_in_the_url',
    );
  });

  it('of a secret is another alert than that of its item, and asks for a new secret', () => {
    const secret = told({ kind: 'source', name: 'siem', isSecret: true });
    expect(secret.title).toBe('The secret of the source siem cannot be read');
    expect(stepsOf(secret)).toContain('tocsin source rotate siem');
    expect(secret.id).not.toBe(told({ kind: 'source', name: 'siem' }).id);
  });

  it('is told once an hour for each item', () => {
    const { id } = told({ kind: 'route' });
    expect(told({ kind: 'route', problem: 'another' }, NOW_MS + HOUR_MS / 2).id).toBe(id);
    expect(told({ kind: 'route' }, NOW_MS + HOUR_MS).id).not.toBe(id);
    expect(told({ kind: 'route', id: 'id_2' }).id).not.toBe(id);
    expect(told({ kind: 'silence' }).id).not.toBe(id);
  });
});
