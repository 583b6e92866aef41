import { spawn } from 'node:child_process';

/** How a script ended: `complaints` are its lines on standard error, trimmed. */
type Ended = { isDone: boolean; complaints: string[] };

/** Runs a script with this Node in a child process, and waits for its end. What it prints on standard output is dropped. */
export async function runScript(
  argv: readonly string[],
  { folder, env }: { folder: string; env: Record<string, string> },
): Promise<Ended> {
  const child = spawn(process.execPath, argv, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve) => {
    const end = (isDone: boolean, text: string) =>
      resolve({ isDone, complaints: text.split('\n').map((line) => line.trim()) });
    child.on('error', (error) => end(false, `error: ${error.message}`));
    child.on('close', (status) => end(status === 0, said));
  });
}
