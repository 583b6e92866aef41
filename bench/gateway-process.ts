import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');

/** The local run as a process of its own, as `npm start` starts it. */
export type GatewayProcess = { child: ChildProcess; url: string };

/** Starts the local run with a data folder and resolves when it is ready. */
export function startGatewayProcess({
  data,
  port,
  assembly,
}: {
  data: string;
  port: string;
  assembly?: string;
}): Promise<GatewayProcess> {
  const from = assembly === undefined ? [] : ['--assembly', assembly];
  const argv = ['--disable-warning=ExperimentalWarning', 'local/start.mjs'];
  const child = spawn(process.execPath, [...argv, '--port', port, '--data', data, ...from], {
    cwd: PROJECT,
    env: { PATH: process.env['PATH'] ?? '', HOME: data },
  });
  return new Promise((resolve, reject) => {
    let written = '';
    const take = (text: string): void => {
      written = (written + text).slice(-10_000);
      const ready = /^tocsin ready (\S+)$/mu.exec(written)?.[1];
      if (ready !== undefined) resolve({ child, url: ready });
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('exit', () => {
      reject(new Error(`the local run ended: ${written}`));
    });
  });
}
