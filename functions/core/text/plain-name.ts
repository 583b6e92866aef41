/** Names of fields come again in every record of a body. More, or longer ones, are worked out each time. */
const KEPT = new Map<string, string>();
const MAX_KEPT = 1_000;
const MAX_KEPT_CHARACTERS = 64;

/** A name as names are compared, without case and punctuation: `Rule-Name` is `rulename`. */
export function plainName(name: string): string {
  const kept = KEPT.get(name);
  if (kept !== undefined) return kept;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
  if (KEPT.size < MAX_KEPT && name.length <= MAX_KEPT_CHARACTERS) KEPT.set(name, plain);
  return plain;
}
