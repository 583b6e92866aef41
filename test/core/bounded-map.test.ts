import { describe, expect, it } from 'vitest';
import { boundedMap } from '../../functions/core/bounded-map.ts';

/** Actions that end when the test says so. */
function steps() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(value: string): void; reject(error: unknown): void }>();
  return {
    begun,
    action: async (item: number): Promise<string> => {
      begun.push(item);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      ends.set(item, { resolve, reject });
      return promise;
    },
    end: async (item: number) => {
      ends.get(item)?.resolve(`done ${item}`);
      await settled();
    },
    fail: async (item: number, error: unknown) => {
      ends.get(item)?.reject(error);
      await settled();
    },
  };
}

/** Everything that follows from what has happened has happened. */
const settled = async () => new Promise((resolve) => setImmediate(resolve));

describe('boundedMap', () => {
  it('gives the results in the order of the items, whatever ends first', async () => {
    const { action, end } = steps();
    const all = boundedMap([1, 2, 3], 3, action);
    await end(3);
    await end(1);
    await end(2);
    expect(await all).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it.each([1, 2, 7, 100])(
    'has never more than %i under way, and all of them while there are items',
    async (atOnce) => {
      let underWay = 0;
      let most = 0;
      await boundedMap(Array.from({ length: 50 }), atOnce, async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await settled();
        underWay -= 1;
      });
      expect(most).toBe(Math.min(atOnce, 50));
    },
  );

  it('begins the next one as soon as one has ended', async () => {
    const { action, begun, end } = steps();
    const all = boundedMap([1, 2, 3], 2, action);
    expect(begun).toEqual([1, 2]);
    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    await end(1);
    await end(3);
    await all;
  });

  it('goes on after a failure, and tells it once everything has ended', async () => {
    const { action, begun, end, fail } = steps();
    let told: unknown;
    const all = boundedMap([1, 2, 3], 2, action).catch((error: unknown) => {
      told = error;
    });
    const refused = new Error('refused');
    await fail(1, refused);
    expect(begun).toEqual([1, 2, 3]);
    await end(2);
    expect(told).toBeUndefined();
    await end(3);
    await all;
    expect(told).toBe(refused);
  });

  it('begins nothing more when as many have failed as run at once', async () => {
    const { action, begun, fail } = steps();
    const told = boundedMap([1, 2, 3, 4], 2, action).catch((error: unknown) => error);
    await fail(2, Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    expect(begun).toEqual([1, 2, 3]);
    await fail(1, new Error('another'));
    await fail(3, new Error('late'));
    expect(begun).toEqual([1, 2, 3]);
    expect(await told).toMatchObject({
      name: 'ThrottlingException',
      message: 'slow down (and 2 more failed)',
      cause: { message: 'slow down' },
    });
  });

  it('does nothing for no items', async () => {
    expect(await boundedMap([], 5, async () => expect.unreachable())).toEqual([]);
  });
});
