import { CliFailure } from '../failure.ts';
import type { ConfigKind } from '../../functions/core/operator/ports.ts';

export function nameTaken(kind: ConfigKind, name: string): CliFailure {
  return new CliFailure('name-taken', nameTakenProblem(kind, name));
}

/** The same where a person is asked for a name, and may give another one. */
export function nameTakenProblem(kind: ConfigKind, name: string): string {
  const article = kind === 'interval' ? 'an' : 'a';
  return `${article} ${kind} is called ${JSON.stringify(name)} already; choose another name`;
}
