import type { Problem } from '../problem.ts';

/**
 * Where a secret is, as a configuration file says it. `generate` draws one where there is none, and keeps the one that is
 * there; `stored` is what an export says of one that is there.
 */
export type SecretPlace =
  | { from: 'generate' | 'stored' }
  | { from: 'env' | 'secrets_manager'; name: string }
  | { from: 'file'; name: string };

/** Where a secret may be, for messages. */
export const SECRET_PLACES = '{generate: true}, {env: NAME} or {secrets_manager: NAME}';

/** Reads `{env: NAME}`. What stands there instead is never quoted: it may be the secret itself. */
export function readSecretPlace(value: unknown, path: string, problems: Problem[]): SecretPlace | undefined {
  const refuse = (message: string): undefined => void problems.push({ path, message });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(`a secret does not stand in a file; expected ${SECRET_PLACES}`);
  }
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return refuse(`expected one of ${SECRET_PLACES}`);
  const [from, named] = entry as [string, unknown];
  if (from === 'generate' || from === 'stored') {
    return named === true ? { from } : refuse(`${from} is true or is left out`);
  }
  if (from !== 'env' && from !== 'secrets_manager') return refuse(`expected one of ${SECRET_PLACES}`);
  return typeof named === 'string' && named !== ''
    ? { from, name: named }
    : refuse(`${from} is the name of ${from === 'env' ? 'a variable' : 'a secret'}`);
}

/** Whether two fields of a file could be told apart from an item: a map like `{stored: true}`. */
export function isSecretPlace(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 1 &&
    ['generate', 'stored', 'env', 'secrets_manager'].includes(Object.keys(value)[0] ?? '')
  );
}
