import { execFile } from 'node:child_process';
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
    if (name === 'idempotent') {
      expect(await post()).toMatchObject({ accepted: 0, duplicates: 1 });
    }
  });

  it('are refused with another secret', async () => {
    const source = await gateway.tocsin<CreatedSource>(
      ...'source create --name other --format generic --auth bearer'.split(' '),
    );
    const { block } = blocks.find(({ name }) => name === 'bearer')!;
    const env = { PATH: process.env['PATH'] ?? '', URL: source.url, SECRET: `${source.secret}x` };
    expect(JSON.parse((await run('sh', ['-ec', block], { env })).stdout)).toMatchObject({
      code: 'unauthorized',
    });
  });
});
