/** Why the local run cannot start, in one line meant for the person who started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
