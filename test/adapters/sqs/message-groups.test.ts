import { describe, expect, it } from 'vitest';
import { alertsGroup, deliveryGroup } from '../../../functions/adapters/sqs/message-groups.ts';
import { aMessage, anAlert } from '../../adapters/records.ts';

const of = (id: string) => anAlert({ source: { id, name: 'one', format: 'generic' } });
const accepted = (...alerts: ReturnType<typeof anAlert>[]) =>
  alertsGroup({ schema_version: '1', request_id: 'r', alerts });

describe('the group of a message', () => {
  it('is the source of alerts, and source with destination of a delivery', () => {
    expect(accepted(of('src_1'))).toBe('src_1');
    expect(accepted()).toBe('none');
    expect(deliveryGroup(aMessage({ destination_id: 'dst_1', alert: of('src_1') }))).toBe('dst_1:src_1');
  });

  it.each(['', 'a b', '\u00e4', 'a'.repeat(129)])(
    'is another name where SQS would refuse it: %.10j',
    (id) => {
      const group = accepted(of(id));
      expect(group).toMatch(/^[\x21-\x7e]{1,128}$/u);
      expect(accepted(of(id))).toBe(group);
      expect(accepted(of(`${id}x y`))).not.toBe(group);
    },
  );
});
