import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DOCS = join(import.meta.dirname, '../../docs');
const pages = ['send-alerts.md', ...readdirSync(join(DOCS, 'sources')).map((file) => join('sources', file))];
const textOf = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

describe('every curl of the pages for senders', () => {
  const curls = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\bcurl -[^\n]*/gu)].map(([command]) => [page, command] as const),
  );

  it('is found', () => {
    expect(curls.length).toBeGreaterThan(8);
  });

  it.each(curls)('of %s fails when it is refused, ends, and comes again: %s', (_page, command) => {
    for (const option of ['--fail-with-body', '--max-time ', '--retry ']) expect(command).toContain(option);
  });
});

describe('the script for Wazuh', () => {
  const script = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/u.exec(textOf('sources/wazuh.md'))?.[1] ?? '';
  const server = createServer((request, response) => {
    response.writeHead(request.headers.authorization === 'Bearer right' ? 202 : 401);
    response.end('{}');
  });
  let url = '';

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  });
  afterAll(() => {
    server.close();
  });

  const codeWith = async (secret: string): Promise<number> =>
    new Promise((resolve) => {
      const child = execFile('sh', ['-c', script, 'custom-tocsin', '/dev/null', secret, url]);
      child.on('close', (code) => {
        resolve(code ?? -1);
      });
    });

  it('ends well when the alert was taken, and not when it was refused', async () => {
    expect(await codeWith('right')).toBe(0);
    expect(await codeWith('wrong')).not.toBe(0);
  });
});
