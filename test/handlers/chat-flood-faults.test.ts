import { describe, expect, test } from 'vitest';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import { isListedOnce } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { patienceMs, someOf } from './some-of.ts';

const PATIENCE_MS = patienceMs(90_000);
const FAULTS: Fault[] = ['killed-before', 'killed-after', 'refused', 'lost-answer'];
const EVERY = { format: 'slack', auth: { type: 'none' }, repeat: 'every' } as const;
const ALERTS = 3;

type Run = Awaited<ReturnType<typeof faultyWorld>>;

const wave = (count: number, given: (index: number) => Partial<Alert> = () => ({})) =>
  Array.from({ length: count }, (_, index) => given(index));
const world = async (faults: ReadonlyMap<number, Fault>, alerts = wave(ALERTS), given: object = EVERY) =>
  faultyWorld({ statuses: [200], given, faults, waves: [alerts, []] });
const countIn = (body: string) => Number(/(\d+) (?:more|alerts? held back)/u.exec(body)?.[1] ?? 0);

/** What is wrong at the end: each alert is in exactly one message. */
function wrongs({ deliveries, posts, deadLetters, listed }: Run, faults: number): string[] {
  const own = new Set(deliveries.map((delivery) => delivery?.id));
  const alone = deliveries.filter((delivery) => delivery?.state === 'delivered');
  const digested = deliveries.filter((delivery) => delivery?.state === 'digested');
  const postsOf = (id = '') => posts.filter((post) => post.id === id).length;
  const digests = new Map(posts.filter(({ id }) => !own.has(id)).map(({ id, body }) => [id, countIn(body)]));
  const summed = [...digests.values()].reduce((sum, count) => sum + count, 0);
  const distinct = new Set(posts.map(({ id }) => id)).size;
  const checks: [string, boolean][] = [
    ['an alert is neither told nor in a digest', alone.length + digested.length !== deliveries.length],
    ['no message of its own', alone.some((delivery) => postsOf(delivery?.id) === 0)],
    ['a message and a digest', digested.some((delivery) => postsOf(delivery?.id) > 0)],
    [`${summed} in digests, of ${digested.length}`, summed !== digested.length],
    [`${posts.length - distinct} messages too many`, posts.length - distinct > faults],
    ['bodies differ', new Set(posts.map(({ id, body }) => `${id} ${body}`)).size !== distinct],
    ['dead letters', deadLetters.length > 0],
    ['a list tells others', !deliveries.every((one) => isListedOnce(one, listed))],
    [`${listed.length} are listed`, listed.length !== deliveries.length + digests.size],
  ];
  return checks.flatMap(([wrong, isWrong]) => (isWrong ? [wrong] : []));
}

describe('a flood at a chat', () => {
  test(
    'is one message and a summary of the others, and each alert is in exactly one, whatever call fails',
    async () => {
      const calm = await world(new Map());
      expect(wrongs(calm, 0)).toEqual([]);
      expect(calm.posts).toHaveLength(2);
      expect(countIn(calm.posts[1]?.body ?? '')).toBe(ALERTS - 1);
      const cases = FAULTS.flatMap((fault) => calm.calls.map((_, index) => [index, fault] as const));
      for (const [index, fault] of someOf(cases, 16)) {
        const run = await world(new Map([[index, fault]]));
        const at = `${index} ${run.calls[index] ?? 'never'} ${fault}`;
        expect({ at, wrongs: wrongs(run, 1) }).toEqual({ at, wrongs: [] });
      }
    },
    PATIENCE_MS,
  );

  test(
    'of sixty findings is forty messages, ten more for the critical, and one summary',
    async () => {
      const alerts = wave(60, (index) => ({
        dedup_key: `key-${index}`,
        ...(index >= 48 && { severity: 'critical' as const, severity_id: 5 as const }),
      }));
      const run = await world(new Map(), alerts, { ...EVERY, repeat: 'change' });
      expect(wrongs(run, 0)).toEqual([]);
      const own = run.deliveries.filter((delivery) => delivery?.state === 'delivered');
      expect(own).toHaveLength(50);
      expect(run.posts.filter(({ body }) => body.includes('[critical]'))).not.toHaveLength(0);
      expect(run.posts.map(({ body }) => countIn(body)).filter((count) => count > 0)).toEqual([10]);
    },
    PATIENCE_MS,
  );

  test('a repeated alert joins no digest', async () => {
    const run = await world(new Map(), wave(5), { ...EVERY, repeat: 'change' });
    expect(run.deliveries.filter((delivery) => delivery?.reason === 'repeated')).toHaveLength(4);
    expect(run.posts).toHaveLength(1);
  });

  test('with digests off every alert is a message of its own', async () => {
    const run = await world(new Map(), wave(5), { ...EVERY, isDigesting: false });
    expect(run.posts).toHaveLength(5);
  });

  test('a machine gets every alert as it comes', async () => {
    const run = await world(new Map(), wave(60), { format: 'tocsin' });
    expect(run.posts).toHaveLength(60);
    expect(new Set(run.posts.map(({ id }) => id)).size).toBe(60);
  });
});
