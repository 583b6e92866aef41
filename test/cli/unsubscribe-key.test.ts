import { describe, expect, it } from 'vitest';
import { readUnsubscribeToken, unsubscribeToken } from '../../functions/core/signing/unsubscribe-token.ts';
import { LOCAL_MANIFEST, memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const DAY_MS = 86_400_000;
const claim = { destinationId: 'dst_a', address: 'ana@example.com', decidedMs: NOW };

describe('unsubscribe-key rotate', () => {
  it('signs with a new key, reads links of the one before, and prints neither', async () => {
    const gateway = memoryGateway();
    const sent = unsubscribeToken(gateway.kept.unsubscribeKey, claim);
    const ran = await run(['unsubscribe-key', 'rotate', '--json'], { gateway });
    expect(ran.json()).toEqual({ rotated_at: new Date(NOW).toISOString(), broke_older_links: false });
    const { current, previous } = gateway.kept.unsubscribeKey;
    expect(previous).toBe('first');
    expect(Buffer.from(current, 'base64url')).toHaveLength(32);
    expect(ran.stdout + ran.stderr).not.toContain(current);
    expect(readUnsubscribeToken(gateway.kept.unsubscribeKey, sent)?.isFor('ana@example.com')).toBe(true);
  });

  it('asks before it breaks links that still work, and does nothing without a yes', async () => {
    const gateway = memoryGateway();
    await run(['unsubscribe-key', 'rotate'], { gateway });
    const once = gateway.kept.unsubscribeKey;
    const later = { now: () => NOW + 30 * DAY_MS };
    const refused = await run(['unsubscribe-key', 'rotate'], { gateway, clock: later });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`until ${new Date(NOW + 90 * DAY_MS).toISOString()}`);
    expect(gateway.kept.unsubscribeKey).toEqual(once);
    const forced = await run(['unsubscribe-key', 'rotate', '--yes', '--json'], { gateway, clock: later });
    expect(forced.json()).toMatchObject({ broke_older_links: true });
    expect(gateway.kept.unsubscribeKey.previous).toBe(once.current);
  });

  it('does not ask once the links of the key before have expired', async () => {
    const gateway = memoryGateway();
    await run(['unsubscribe-key', 'rotate'], { gateway });
    const later = { now: () => NOW + 90 * DAY_MS };
    expect((await run(['unsubscribe-key', 'rotate'], { gateway, clock: later })).code).toBe(0);
  });

  it('asks when somebody put a key there by hand', async () => {
    const gateway = memoryGateway();
    gateway.kept.unsubscribeKey = { current: 'b', previous: 'a' };
    expect((await run(['unsubscribe-key', 'rotate'], { gateway })).code).toBe(2);
  });
});

describe('status', () => {
  it.each([
    [false, /unsubscribe +mails carry no link: the API asks for client certificates/],
    [true, undefined],
    [undefined, undefined],
  ])('with unsubscribe links %s says so', async (hasUnsubscribeLinks, words) => {
    const gateway = memoryGateway({
      ...LOCAL_MANIFEST,
      ...(hasUnsubscribeLinks !== undefined && { hasUnsubscribeLinks }),
    });
    const { stdout } = await run(['status'], { gateway });
    if (words === undefined) expect(stdout).not.toMatch(/^unsubscribe/m);
    else expect(stdout).toMatch(words);
    expect((await run(['status', '--json'], { gateway })).json()).toMatchObject({
      has_unsubscribe_links: hasUnsubscribeLinks ?? null,
    });
  });
});
