import { isDeepStrictEqual } from 'node:util';
import type { ConfigKind } from '../../functions/core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import type { Change } from '../../functions/core/operator/ports.ts';
import { CliFailure } from '../failure.ts';
import type { Gateway } from '../gateway.ts';

/** The failure that says what somebody else changed between the read and the write of this command. */
export async function changedMeanwhile<K extends ConfigKind>(
  { config }: Pick<Gateway, 'config'>,
  kind: K,
  before: ConfigOf<K>,
): Promise<CliFailure> {
  const name = JSON.stringify(before.name);
  let now: ConfigOf<K> | undefined;
  try {
    now = await config.find(kind, before.id);
  } catch {
    return meanwhile(`${kind} ${name} was changed meanwhile, and cannot be read now`);
  }
  if (now === undefined) return meanwhile(`${kind} ${name} was deleted meanwhile`);
  const fields = changedFields(before, now);
  const what = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  return meanwhile(`${kind} ${name} was changed meanwhile, at ${now.updatedAt}${what}`);
}

/** The same of a secret, which does not tell who changed it. */
export function secretChangedMeanwhile(kind: 'source' | 'destination', name: string): CliFailure {
  return meanwhile(`the secret of ${kind} ${JSON.stringify(name)} was changed meanwhile`);
}

/** The same of what was to be deleted. */
export function deletedOrChanged(
  kind: ConfigKind,
  name: string,
  result: Exclude<Change, 'changed'>,
): CliFailure {
  const what = result === 'not-found' ? 'deleted' : 'changed';
  return meanwhile(`${kind} ${JSON.stringify(name)} was ${what} meanwhile`);
}

export function meanwhile(what: string): CliFailure {
  return new CliFailure('changed-meanwhile', `${what}; this command changed nothing, run it again`);
}

function changedFields(before: object, now: object): string[] {
  const values = new Map(Object.entries(before));
  const current = new Map(Object.entries(now));
  return [...new Set([...values.keys(), ...current.keys()])].filter(
    (field) =>
      field !== 'updatedAt' &&
      field !== 'version' &&
      !isDeepStrictEqual(values.get(field), current.get(field)),
  );
}
