import { appendFileSync, chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** A function's log file: one line per line it wrote, mode 0600. */
export function openFunctionLog(path: string): { append(line: string): void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  return {
    append(line) {
      appendFileSync(path, `${line}\n`);
    },
  };
}
