import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { parse } from 'yaml';
import { memoryGateway } from '../memory-gateway.ts';
import { run } from '../run.ts';

/** What the files of these tests read from the environment. */
export const ENV = { TOKEN: 'a-token-of-sixteen', SHORT: 'hunter2' };

/** A gateway in memory, new for each test of a file, and files that are applied to it. */
export function filesApplied() {
  let folder: string;
  const world = { gateway: memoryGateway(), file, given, apply, exported };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-apply-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));
  beforeEach(() => {
    world.gateway = memoryGateway();
  });

  async function file(text: string, name: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Runs commands that must succeed. */
  async function given(...commands: string[][]): Promise<void> {
    for (const argv of commands) {
      const { code, stderr } = await run(argv, { gateway: world.gateway });
      expect(`${code} ${stderr}`).toBe('0 ');
    }
  }

  async function apply(text: string, ...options: string[]) {
    const path = await file(text, 'tocsin.yml');
    const ran = await run(['apply', path, ...options], { gateway: world.gateway, env: ENV });
    return { ...ran, stderr: ran.stderr.replaceAll(path, 'tocsin.yml') };
  }

  async function exported(): Promise<Record<string, object>> {
    const { stdout, code, stderr } = await run(['export'], { gateway: world.gateway });
    expect(`${code} ${stderr}`).toBe('0 ');
    return parse(stdout) as Record<string, object>;
  }

  return world;
}
