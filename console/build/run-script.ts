import { spawn } from 'node:child_process';

/** The end of a script: `complaints` are its lines on standard error, trimmed. */
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
    child.on('error', (error) => resolve({ isDone: false, complaints: [`error: ${error.message}`] }));
    child.on('close', (status) =>
      resolve({ isDone: status === 0, complaints: said.split('\n').map((line) => line.trim()) }),
    );
  });
}
