import { describe, expect, it } from 'vitest';
import { tellHeartbeat } from '../../../functions/core/canary/heartbeat.ts';
import { publicTier } from '../../../functions/core/deliver/webhook/address-tier.ts';
import type { HttpAnswer, HttpPost } from '../../../functions/core/deliver/ports.ts';

const SECRET = '7f1c-secret-path';

async function told(url: string | undefined, says: 'success' | 'fail', answer: Partial<HttpAnswer> = {}) {
  const posts: HttpPost[] = [];
  const heartbeat = await tellHeartbeat(says, 'canary received', {
    heartbeatUrl: { read: async () => url },
    http: {
      post: async (request) => {
        posts.push(request);
        return {
          answer: 'response',
          status: 200,
          bodyStart: Buffer.from(`not found: ${SECRET}`),
          phasesMs: {},
          ...answer,
        } as HttpAnswer;
      },
    },
    addresses: publicTier(),
    clock: { now: () => 0 },
  });
  return { heartbeat, posts };
}

describe('a heartbeat', () => {
  it.each([
    [`https://hc.example/${SECRET}`, 'success', `https://hc.example/${SECRET}`],
    [`https://hc.example/${SECRET}`, 'fail', `https://hc.example/${SECRET}/fail`],
    [`https://hc.example/${SECRET}/`, 'fail', `https://hc.example/${SECRET}/fail`],
    [`https://hc.example/${SECRET}?create=1`, 'fail', `https://hc.example/${SECRET}/fail?create=1`],
  ] as const)('of %s, %s, is a post to %s', async (url, says, expected) => {
    const { heartbeat, posts } = await told(url, says);
    expect(heartbeat).toEqual({ took_ms: 0 });
    expect(posts.map((post) => post.url)).toEqual([expected]);
    expect(posts[0]?.body).toBe('canary received');
  });

  it.each([
    ['a plain URL', `http://hc.example/${SECRET}`],
    ['a private address', `https://10.0.0.1/${SECRET}`],
    ['the metadata service', `https://169.254.169.254/${SECRET}`],
    ['its own machine', `https://127.0.0.1/${SECRET}`],
    ['another spelling of it', `https://2130706433/${SECRET}`],
    ['a password', `https://user:${SECRET}@hc.example/`],
    ['no URL', SECRET],
    ['nothing', ''],
  ])('at %s is refused, and nobody is asked', async (_, url) => {
    const { heartbeat, posts } = await told(url, 'success');
    expect(heartbeat?.problem).toMatch(/^its URL is refused: /u);
    expect(heartbeat?.problem).not.toContain(SECRET);
    expect(posts).toEqual([]);
  });

  it.each([
    [{ status: 404 }, 'it answered 404; expected a 2xx'],
    [{ status: 302 }, 'it answered 302; expected a 2xx'],
    [{ answer: 'timeout', detail: 'no answer within 3000 ms' }, 'timeout: no answer within 3000 ms'],
    [
      { answer: 'refused-address', detail: '10.0.0.1 is not public' },
      'refused-address: 10.0.0.1 is not public',
    ],
  ] as [Partial<HttpAnswer>, string][])(
    'that is answered with %j has that problem',
    async (answer, problem) => {
      const { heartbeat } = await told(`https://hc.example/${SECRET}`, 'success', answer);
      expect(heartbeat?.problem).toBe(problem);
    },
  );

  it('is nothing where there is none', async () => {
    expect(await told(undefined, 'success')).toEqual({ heartbeat: undefined, posts: [] });
  });

  it('whose secret cannot be read is said without the words of the store', async () => {
    const heartbeat = await tellHeartbeat('success', '', {
      heartbeatUrl: { read: async () => Promise.reject(new Error(SECRET)) },
      http: { post: async () => Promise.reject(new Error('asked')) },
      addresses: publicTier(),
      clock: { now: () => 0 },
    });
    expect(heartbeat).toEqual({ took_ms: 0, problem: 'the secret that holds its URL cannot be read' });
  });
});
