import { wrongUsage } from '../failure.ts';

/** Where a console is that was not told where to be. */
export const USUAL_PORT = '4040';

/** @throws CliFailure when it is none */
export function portOf(text: string): string {
  if (!/^\d{1,5}$/u.test(text) || Number(text) > 65_535) {
    throw wrongUsage(`--port ${JSON.stringify(text)} is not a port; expected 0 to 65535`);
  }
  return text;
}
