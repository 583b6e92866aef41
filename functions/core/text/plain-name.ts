/** A name as names are compared, without case and punctuation: `Rule-Name` is `rulename`. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
}
