import { Readable } from 'node:stream';
import { runCli } from '../../cli/run-cli.ts';
import type { CliIo } from '../../cli/io.ts';
import type { Gateway } from '../../cli/gateway.ts';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');

export type Ran = { code: number; stdout: string; stderr: string; json(): unknown };

/** Runs one command line in this process, on a gateway in memory. */
export async function run(
  argv: readonly string[],
  options: Partial<Omit<CliIo, 'stdin'>> & {
    gateway?: Gateway;
    stdin?: string;
    columns?: number;
  } = {},
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const { gateway, stdin, columns, ...io } = options;
  const code = await runCli(argv, {
    stdout: { write: (text) => void (written.stdout += text), ...(columns !== undefined && { columns }) },
    stderr: { write: (text) => void (written.stderr += text) },
    stdin: Readable.from(stdin === undefined ? [] : [stdin]),
    env: {},
    clock: { now: () => NOW },
    mailServers: {
      login: async () => ({ answer: 'done', stage: 'login', code: 235, reply: '235 ok', phasesMs: {} }),
    },
    resolve: async () => ['93.184.215.14'],
    ...(gateway !== undefined && { connect: async () => gateway }),
    ...io,
  });
  for (const text of [written.stdout, written.stderr]) {
    if (/\u2063|\\u2063/u.test(text)) throw new Error(`a hint was printed as it is kept: ${text}`);
  }
  return { code, ...written, json: (): unknown => JSON.parse(written.stdout) };
}
