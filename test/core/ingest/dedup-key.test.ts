import { describe, expect, it } from 'vitest';
import { dedupKey } from '../../../functions/core/ingest/dedup-key.ts';

const SOURCE = { id: 'src_1' };
const DISK = { type: 'disk', title: 'Disk full' };
const key = (
  { title = 'Disk full', ...alert }: Record<string, unknown> & { title?: string },
  dedupBy?: string[],
) => dedupKey(alert, { ...DISK, title }, { ...SOURCE, ...(dedupBy !== undefined && { dedupBy }) });

describe('the key of a finding', () => {
  it('is the one of its sender', () => {
    expect(key({ dedup_key: 'disk-of-web-1' })).toBe('disk-of-web-1');
  });

  it('is a hash of the one of its sender where that is longer than 255 characters', () => {
    const [longest, longer] = ['a'.repeat(255), 'a'.repeat(256)];
    expect(key({ dedup_key: longest })).toBe(longest);
    expect(key({ dedup_key: longer })).toMatch(/^[0-9a-f]{64}$/u);
    expect(key({ dedup_key: longer })).not.toBe(key({ dedup_key: `${longer}a` }));
  });

  it('is made of source, type and the sender’s id, else the title, where there is none', () => {
    const byId = key({ source_alert_id: '17' });
    expect(key({ source_alert_id: '17', title: 'Disk fuller' })).toBe(byId);
    expect(key({ source_alert_id: '18' })).not.toBe(byId);
    expect(key({})).not.toBe(key({ title: 'Disk fuller' }));
    expect(dedupKey({}, { ...DISK, type: 'memory' }, SOURCE)).not.toBe(key({}));
    expect(dedupKey({}, DISK, { id: 'src_2' })).not.toBe(key({}));
  });

  it('is made of the fields that the operator named, before the one of the sender', () => {
    const alert = { dedup_key: 'theirs', details: { account: '1', tags: ['a'] } };
    expect(key(alert, ['type', 'details.account', 'details.region', 'details.tags'])).toBe(
      '["disk","1",null,"[\\"a\\"]"]',
    );
  });

  it('is the one of the sender where the alert has none of the named fields', () => {
    expect(key({ dedup_key: 'theirs', details: { account: '' } }, ['details.account'])).toBe('theirs');
  });
});
