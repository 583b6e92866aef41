import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGateway, type CreatedSource, type RunningGateway } from '../e2e/running-gateway.ts';

const run = promisify(execFile);
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/send-alerts.md'), 'utf8');
const blocks = Array.from(PAGE.matchAll(/^```sh (\S+)\n([\s\S]*?)^```/gmu), ([, name, block]) => ({
  name: name ?? '',
  block: block ?? '',
}));

/** How the source of each command is created; `accepted` when it is not one record. */
const SOURCES: Record<string, { options: string; accepted?: number }> = {
  bearer: { options: '--auth bearer' },
  'shared-secret': { options: '--auth shared-secret' },
  basic: { options: '--auth basic --username scanner' },
  hmac: { options: '--auth hmac --header X-Signature' },
  'hmac-timestamp': {
    options:
      '--auth hmac --header X-Signature --signed-content timestamp.body --timestamp-header X-Timestamp',
  },
  none: { options: '--auth none --i-understand-anyone-can-post' },
  compressed: { options: '--auth bearer', accepted: 3 },
  idempotent: { options: '--auth bearer' },
};

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
});

afterAll(async () => {
  await gateway.close();
});

describe('the commands of "Send alerts"', () => {
  it('are all run here', () => {
    expect(blocks.map(({ name }) => name)).toEqual(Object.keys(SOURCES));
  });

  it.each(blocks)('$name', async ({ name, block }) => {
    const { options, accepted = 1 } = SOURCES[name]!;
    const source = await gateway.tocsin<CreatedSource>(
      ...`source create --name ${name} --format generic ${options}`.split(' '),
    );
    const env = { PATH: process.env['PATH'] ?? '', URL: source.url, SECRET: source.secret };
    const post = async (): Promise<unknown> => JSON.parse((await run('sh', ['-ec', block], { env })).stdout);
    expect(await post()).toMatchObject({ accepted, duplicates: 0, rejected: [] });
    const again = name === 'idempotent' ? { accepted: 0, duplicates: 1 } : { accepted, duplicates: 0 };
    expect(await post()).toMatchObject(again);
  });

  it.each([
    ['pagerduty-events', ['--auth', 'routing-key'], { status: 'success', message: 'Event processed' }],
    ['generic', ['--preset', 'tailscale'], { accepted: 1, duplicates: 0 }],
    ['generic', ['--preset', 'standard-webhooks'], { accepted: 1, duplicates: 0 }],
  ])('and so is the one that is printed for %s %j', async (format, options, answer) => {
    const { curl } = await gateway.tocsin<CreatedSource & { curl: string }>(
      ...['source', 'create', '--name', `printed ${options.join(' ')}`, '--format', format, ...options],
    );
    const pasted = await run('sh', ['-ec', curl], { env: { PATH: process.env['PATH'] ?? '' } });
    expect(JSON.parse(pasted.stdout)).toMatchObject(answer);
  });

  it('are put off for a source that sends too much, and for no other', async () => {
    const create = async (name: string, rate: string) =>
      gateway.tocsin<CreatedSource>('source', 'create', '--name', name, '--rate-limit', rate);
    const [noisy, quiet] = [await create('noisy', '60'), await create('quiet', '6000')];
    const post = async ({ url, secret }: CreatedSource, count: number) => {
      const body = Array.from({ length: count }, (_, index) => `{"title":"${url} ${String(index)}"}`).join(
        '\n',
      );
      const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': randomUUID() };
      return fetch(url, { method: 'POST', headers, body });
    };
    // Each environment counts for itself (decision 40): after as many batches as there can be, all have had enough.
    const statuses: number[] = [];
    let answer = await post(noisy, 600);
    for (let batch = 0; batch < 20 && answer.status === 202; batch += 1) {
      statuses.push(answer.status);
      answer = await post(noisy, 600);
    }
    expect(statuses).not.toEqual([]);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(200);
    expect(await answer.json()).toMatchObject({ code: 'rate-limited' });
    expect((await post(quiet, 1)).status).toBe(202);
  });

  it('go to the same URL with a slash at its end; any other path is a problem document', async () => {
    const source = await gateway.tocsin<CreatedSource>('source', 'create', '--name', 'slash');
    const post = async (url: string) =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${source.secret}` },
        body: '{"title":"x"}',
      });
    expect((await post(`${source.url}/`)).status).toBe(202);
    expect((await (await post(source.url)).json()) as object).toMatchObject({ duplicates: 1 });
    const base = new URL(source.url).origin;
    for (const path of ['/nothing', '/v1/ingest', '/v1/ingest/a/b']) {
      const answer = await post(`${base}${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'not-found' });
    }
    const refused = await post(`${base}/v1/ingest/src_${'a'.repeat(8_000)}`);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('are refused with another secret', async () => {
    const source = await gateway.tocsin<CreatedSource>(
      ...'source create --name other --format generic --auth bearer'.split(' '),
    );
    const { block } = blocks.find(({ name }) => name === 'bearer')!;
    const env = { PATH: process.env['PATH'] ?? '', URL: source.url, SECRET: `${source.secret}x` };
    const failed = (await run('sh', ['-ec', block], { env }).catch((error: unknown) => error)) as {
      code: number;
      stdout: string;
    };
    expect(failed.code).toBe(22);
    expect(JSON.parse(failed.stdout)).toMatchObject({ code: 'unauthorized' });
  });
});
