import { entryProblems, labelProblem } from '../../functions/core/config/parse-lookup.ts';
import { nameProblem } from '../../functions/core/config/problem.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { refusedSettings, wrongUsage } from '../failure.ts';
import { randomOf } from '../io.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import type { Session } from '../session.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';

/** The table whose label every format of AWS fills. */
const AWS_ACCOUNTS = { name: 'aws-accounts', label: 'account' };

/** Adds entries to a table, which is made where there is none; `change` gives its entries as they are to be. */
export async function saveLookup(
  session: Session,
  name: string,
  given: string | undefined,
  change: (entries: Lookup['entries'], label: string) => Lookup['entries'],
): Promise<{ lookup: Lookup; isNew: boolean }> {
  const gateway = await session.gateway();
  const before = await gateway.config.find('lookup', name);
  const label = given ?? before?.label ?? usualLabel(name);
  if (label === undefined) {
    throw wrongUsage(
      '--label is missing; expected the label whose value is looked up, for example --label team',
    );
  }
  const entries = change(before?.entries ?? {}, label);
  const problems = [
    ...[nameProblem(name)]
      .filter((one) => one !== undefined)
      .map((message) => ({ path: '<table>', message })),
    ...[labelProblem(label)]
      .filter((one) => one !== undefined)
      .map((message) => ({ path: '--label', message })),
    ...entryProblems(entries).map(({ path, message }) => ({ path: path || '<table>', message })),
  ];
  if (problems.length > 0) throw refusedSettings(problems, {});
  const lookup = await writeLookup(session, gateway, { name, label, entries }, { before });
  return { lookup, isNew: before === undefined };
}

/** Makes a table, or gives a stored one other entries. */
export async function writeLookup(
  session: Session,
  gateway: Gateway,
  settings: Pick<Lookup, 'name' | 'label' | 'entries'>,
  { before, madeBy }: { before: Lookup | undefined; madeBy?: MadeBy },
): Promise<Lookup> {
  const now = new Date(session.nowMs).toISOString();
  const lookup: Lookup = {
    id: before?.id ?? randomConfigId('lkp', randomOf(session.io)),
    ...settings,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  if (before === undefined) await createConfig(gateway, 'lookup', lookup, { madeBy });
  else if ((await gateway.config.update('lookup', before, lookup)) !== 'changed') {
    throw await changedMeanwhile(gateway, 'lookup', before);
  }
  return lookup;
}

/** The label of a table whose name says it. */
export function usualLabel(name: string): string | undefined {
  return name === AWS_ACCOUNTS.name ? AWS_ACCOUNTS.label : undefined;
}

/** `name` says what the value itself is called: of the label `account` it becomes `account_name`. */
export function labelsOf(
  label: string,
  pairs: readonly (readonly [string, string])[],
): Record<string, string> {
  return Object.fromEntries(pairs.map(([name, value]) => [name === 'name' ? `${label}_name` : name, value]));
}

export function lookupView({ id, name, label, entries, updatedAt }: Lookup): object {
  return { id, name, label, entries, updated_at: updatedAt };
}
