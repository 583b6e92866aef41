import { describe, expect, test } from 'vitest';
import {
  cachedDestinationRegistry,
  cachedRoutingTable,
  cachedSourceRegistry,
} from '../../../functions/adapters/memory/cached-configuration.ts';
import type { WebhookDestination } from '../../../functions/core/model/config/destination.ts';
import { clockAt } from '../dynamodb-table.ts';
import { aSource, aWebhook } from '../records.ts';

const NOW = '2026-01-15T15:00:00.000Z';

/** A registry that counts how often it is asked. */
function counted<T>(answer: (id: string) => T | Promise<T>) {
  const asked: string[] = [];
  return {
    asked,
    find: async (id: string) => {
      asked.push(id);
      return answer(id);
    },
  };
}

describe('a cached registry', () => {
  test('asks again after 5 s for what exists, after 1 s for what does not', async () => {
    const clock = clockAt(NOW);
    const registry = counted((id) => (id === 'src_1' ? aSource() : undefined));
    const cached = cachedSourceRegistry(registry, { clock });
    const both = async () => Promise.all([cached.find('src_1'), cached.find('src_2')]);
    expect(await both()).toEqual([aSource(), undefined]);
    clock.at += 999;
    await both();
    expect(registry.asked).toEqual(['src_1', 'src_2']);
    clock.at += 1;
    await both();
    expect(registry.asked).toEqual(['src_1', 'src_2', 'src_2']);
    clock.at += 4_000;
    await both();
    expect(registry.asked.filter((id) => id === 'src_1')).toHaveLength(2);
  });

  test.each<[string, WebhookDestination | undefined]>([
    ['disabled', aWebhook({ isEnabled: false })],
    ['given another URL', aWebhook({ url: 'https://siem2.example.com/hook' })],
    ['given a new secret', aWebhook({ version: 2 })],
    ['deleted', undefined],
  ])('sees within 5 s that a destination was %s', async (_how, after) => {
    const clock = clockAt(NOW);
    let stored: WebhookDestination | undefined = aWebhook();
    const cached = cachedDestinationRegistry(
      counted(() => stored),
      { clock },
    );
    await cached.find('dst_1');
    stored = after;
    clock.at += 4_999;
    expect(await cached.find('dst_1')).toEqual(aWebhook());
    clock.at += 1;
    expect(await cached.find('dst_1')).toEqual(after);
  });

  test('asks once for many at the same time', async () => {
    const registry = counted(() => aWebhook());
    const cached = cachedDestinationRegistry(registry, { clock: clockAt(NOW) });
    await Promise.all(Array.from({ length: 10 }, async () => cached.find('dst_1')));
    expect(registry.asked).toEqual(['dst_1']);
  });

  test('asks past what it remembers when the answer must be fresh', async () => {
    const registry = counted(() => aWebhook());
    const cached = cachedDestinationRegistry(registry, { clock: clockAt(NOW) });
    await cached.find('dst_1');
    await cached.find('dst_1', { isFresh: true });
    await cached.find('dst_1');
    expect(registry.asked).toEqual(['dst_1', 'dst_1']);
  });

  test('does not remember a failure', async () => {
    let isDown = true;
    const registry = counted(() => {
      if (isDown) throw new Error('down');
      return aSource();
    });
    const cached = cachedSourceRegistry(registry, { clock: clockAt(NOW) });
    await expect(cached.find('src_1')).rejects.toThrow('down');
    isDown = false;
    expect(await cached.find('src_1')).toEqual(aSource());
  });

  test('forgets the longest known when invented ids fill it', async () => {
    const registry = counted(() => undefined);
    const cached = cachedSourceRegistry(registry, { clock: clockAt(NOW) });
    for (let index = 0; index <= 5_000; index += 1) await cached.find(`src_${index}`);
    await cached.find('src_5000');
    expect(registry.asked).toHaveLength(5_001);
    await cached.find('src_0');
    expect(registry.asked).toHaveLength(5_002);
  });
});

test('a cached routing table is loaded once per 5 s, and at once when the configuration has changed', async () => {
  const clock = clockAt(NOW);
  let loads = 0;
  let version = '7';
  const cached = cachedRoutingTable(
    {
      load: async () => {
        loads += 1;
        return { routes: [], destinations: [], unreadable: { routes: [], destinations: [] } };
      },
    },
    { clock, version: { read: async () => version } },
  );
  await Promise.all([cached.load(), cached.load()]);
  clock.at += 4_999;
  await cached.load();
  expect(loads).toBe(1);
  clock.at += 1;
  await cached.load();
  expect(loads).toBe(2);
  version = '8';
  await cached.load();
  await cached.load();
  expect(loads).toBe(3);
});
