import { describe, expect, it } from 'vitest';
import { addresseeOf, joinedDigest } from '../../../functions/core/model/wire/joined-digest.ts';
import { digestState } from '../../../functions/core/operator/digest-story.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import type { Digest } from '../../../functions/core/model/wire/digest.ts';

const OPENED = '2026-03-01T12:00:00.000Z';
const CLOSES = '2026-03-01T12:05:00.000Z';
const STORM: Digest = { id: 'digest-1', kind: 'storm', opened_at: OPENED, closes_at: CLOSES };

const row = (given: Partial<Delivery> = {}): Delivery => ({
  id: 'delivery-1',
  alert_id: 'alert-1',
  destination_id: 'dst_b',
  channel: 'email',
  recipient: 'ops@example.com',
  state: 'digested',
  attempt: 1,
  round: 1,
  created_at: OPENED,
  updated_at: OPENED,
  digest_id: STORM.id,
  digest_page: 3,
  digest_kind: STORM.kind,
  digest_opened_at: STORM.opened_at,
  due_at: STORM.closes_at,
  attempts: [],
  ...given,
});

describe('the digest that tells of a delivery', () => {
  it('is what its row says', () => {
    expect(joinedDigest(row())).toEqual(STORM);
    expect(addresseeOf(row())).toEqual({ destinationId: 'dst_b', recipient: 'ops@example.com' });
  });

  it('is a window that began when it closed where the row says no more', () => {
    const { digest_kind: _kind, digest_opened_at: _openedAt, ...older } = row();
    expect(joinedDigest(older)).toEqual({ ...STORM, kind: 'window', opened_at: CLOSES });
  });

  it.each(['pending', 'sending', 'delivered', 'suppressed', 'dead'] as const)(
    'is none for a delivery that is %s, whatever it was in before',
    (state) => {
      expect(joinedDigest(row({ state }))).toBeUndefined();
    },
  );
});

describe('a digest', () => {
  const at = (ms: number) => Date.parse(CLOSES) + ms;

  it('is open until its end, then due, until its own delivery is begun', () => {
    expect(digestState(STORM, { id: STORM.id }, at(-1))).toBe('open');
    expect(digestState(STORM, { id: STORM.id }, at(0))).toBe('due');
    expect(digestState(STORM, { id: STORM.id, delivery: row({ state: 'pending' }) }, at(0))).toBe('pending');
  });

  it('that joined a storm is told by it', () => {
    expect(digestState(STORM, { id: STORM.id, delivery: row() }, at(0))).toBe('digested');
  });
});
