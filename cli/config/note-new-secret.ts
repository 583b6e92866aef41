import { CliFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import { meanwhile } from './changed-meanwhile.ts';

type Kind = 'source' | 'destination';

/** Giving a secret that is there already would end the one before it, and change nothing else. */
export function refuseSameSecret(kind: Kind, old: string | undefined, secret: string): void {
  if (old !== secret) return;
  throw new CliFailure('same-secret', `that is the secret the ${kind} has already; nothing was changed`);
}

/**
 * A new version of the item makes the functions ask for its secret again; without one they would use what they remember.
 * Other settings that were changed meanwhile stay as they are. False when the version cannot be stored: the new secret counts all
 * the same, only later, and must be shown.
 */
export async function noteNewSecret(
  session: Session,
  kind: Kind,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  const { config, secrets } = await session.gateway();
  let noted: 'changed' | 'not-found';
  try {
    noted = await config.noteNewSecret(kind, id, new Date(session.nowMs).toISOString());
  } catch {
    return false;
  }
  if (noted === 'changed') return true;
  // Nothing names the secret any more.
  await secrets.delete(kind, id);
  throw meanwhile(`${kind} ${JSON.stringify(name)} was deleted meanwhile`);
}
