import { describe, expect, test } from 'vitest';
import type { Stories, StoryReader } from '../../../../functions/core/deliver/ports.ts';
import { takeBack, tellOnce } from '../../../../functions/core/deliver/story/tell.ts';
import { SYSTEM_SOURCE_ID } from '../../../../functions/core/model/wire/alert.ts';
import { NO_STORY, type Story } from '../../../../functions/core/model/wire/story.ts';
import { aMailingList, aMessage, anAlert, aWebhook } from '../../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const CHAT = aWebhook({ format: 'slack' });
const SIEM = aWebhook({ format: 'tocsin' });
const ended = anAlert({ status: 'resolved' });

/** One story for each reader, and who was asked for. */
function memoryStories() {
  const asked: StoryReader[] = [];
  const kept = new Map<string, Story>();
  const stories: Stories = {
    clock: { now: () => NOW_MS },
    change: async (reader, step) => {
      asked.push(reader);
      const key = JSON.stringify(reader);
      const { after, result } = step(kept.get(key) ?? NO_STORY);
      kept.set(key, after);
      return result;
    },
  };
  return { stories, asked };
}

describe('a story is not asked', () => {
  test.each([
    ['of a retry', aMessage({ attempt: 2 }), CHAT],
    ['of a test', aMessage({ is_test: true }), CHAT],
    [
      'of a digest',
      aMessage({
        digest: {
          id: 'dig',
          kind: 'window',
          opened_at: '2026-01-15T14:00:00.000Z',
          closes_at: '2026-01-15T15:00:00.000Z',
        },
      }),
      CHAT,
    ],
    ['where everything is taken', aMessage(), SIEM],
  ])('%s', async (_case, message, destination) => {
    const { stories, asked } = memoryStories();
    expect(await tellOnce(message, destination, stories)).toEqual({});
    expect(asked).toEqual([]);
  });

  test('where no end is wanted: an end is not told', async () => {
    const { stories, asked } = memoryStories();
    const mails = aMailingList({ repeat: 'every', resolved: 'never' });
    const message = aMessage({ channel: 'email', recipient: 'ana@example.com', alert: ended });
    expect(await tellOnce(message, mails, stories)).toEqual({
      verdict: 'suppressed',
      reason: 'end-not-wanted',
    });
    expect(asked).toEqual([]);
    expect(await tellOnce({ ...message, round: 2 }, mails, stories)).toEqual({});
  });

  test('of what somebody has handled, unless an operator asks for it', async () => {
    const { stories } = memoryStories();
    const handled = aMessage({ alert: anAlert({ is_handled: true }) });
    expect(await tellOnce(handled, CHAT, stories)).toEqual({
      verdict: 'suppressed',
      reason: 'already-handled',
    });
    expect(await tellOnce({ ...handled, round: 2 }, CHAT, stories)).not.toHaveProperty('verdict');
  });
});

describe('one finding at a chat', () => {
  const first = aMessage({ delivery_id: 'aaaaaaaa-0000-4000-8000-000000000001' });
  const second = aMessage({ delivery_id: 'bbbbbbbb-0000-4000-8000-000000000002' });

  test('is told once, and its message may come again', async () => {
    const { stories } = memoryStories();
    expect(await tellOnce(first, CHAT, stories)).not.toHaveProperty('verdict');
    expect(await tellOnce(first, CHAT, stories)).not.toHaveProperty('verdict');
    expect(await tellOnce(second, CHAT, stories)).toMatchObject({ verdict: 'suppressed' });
  });

  test('has a story for each reader, source and key', async () => {
    const { stories, asked } = memoryStories();
    const others = [
      { ...second, destination_id: 'dst_9' },
      { ...second, recipient: 'ana@example.com' },
      { ...second, alert: anAlert({ dedup_key: 'other' }) },
      { ...second, alert: anAlert({ source: { id: 'src_9', name: 'nine', format: 'generic' } }) },
    ];
    await tellOnce(first, CHAT, stories);
    for (const other of others) expect(await tellOnce(other, CHAT, stories)).not.toHaveProperty('verdict');
    expect(new Set(asked.map((reader) => JSON.stringify(reader))).size).toBe(5);
  });

  test('is told by the next alert when its telling failed for good', async () => {
    const { stories } = memoryStories();
    await tellOnce(first, CHAT, stories);
    await takeBack(first, CHAT, stories);
    expect(await tellOnce(second, CHAT, stories)).not.toHaveProperty('verdict');
  });

  test('is taken back also where the destination cannot be read, and never for a test', async () => {
    const { stories, asked } = memoryStories();
    await takeBack(first, undefined, stories);
    expect(asked).toHaveLength(1);
    await takeBack({ ...first, is_test: true }, CHAT, stories);
    await takeBack(first, SIEM, stories);
    expect(asked).toHaveLength(1);
  });

  test('is always told when it is a system alert', async () => {
    const { stories } = memoryStories();
    const source = { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' };
    for (const message of [first, second]) {
      const told = await tellOnce({ ...message, alert: anAlert({ source }) }, CHAT, stories);
      expect(told).not.toHaveProperty('verdict');
    }
  });
});
