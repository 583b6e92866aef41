import { quoted } from '../../core/config/problem.ts';
import { list, object, optional, text } from '../../core/config/value-checks.ts';
import type { Remediation } from '../../core/model/config/remediation.ts';
import { mostExactFirst } from '../../core/model/config/remediation.ts';
import type { Listed, UnreadableConfig } from '../../core/model/config/unreadable-config.ts';
import type { RemediationSource } from '../../core/deliver/ports.ts';
import { remediationPartition } from './keys.ts';
import { type Item, queryAll } from './pages.ts';
import type { TableAccess } from './table-access.ts';

/** As for configuration: a version raises it when it writes something that an older version must not pass over. */
export const REMEDIATION_SCHEMA_VERSION = 1;

/** The operator's steps, the most exact first. An entry that cannot be read is left out: a mail is worth more. */
export function dynamodbRemediation(from: TableAccess): RemediationSource {
  return {
    load: async () => mostExactFirst((await readAllRemediation(from, { isConsistent: false })).readable),
  };
}

/** The entries that cannot be read, for the watcher. */
export function dynamodbUnreadableRemediation(from: TableAccess): { list(): Promise<UnreadableConfig[]> } {
  return { list: async () => (await readAllRemediation(from, { isConsistent: false })).unreadable };
}

/** The entries as they lie in the table. */
export async function queryRemediation(
  { client, table }: TableAccess,
  { isConsistent }: { isConsistent: boolean },
): Promise<Item[]> {
  return queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': remediationPartition() },
    ConsistentRead: isConsistent,
  });
}

/** Every entry, on the list of those that can be read or on that of the others. */
export async function readAllRemediation(
  from: TableAccess,
  how: { isConsistent: boolean },
): Promise<Listed<Remediation>> {
  const items = await queryRemediation(from, how);
  const listed: Listed<Remediation> = { readable: [], unreadable: [] };
  for (const item of items) {
    const problem = problemOf(item);
    const type = String(item['sk']);
    if (problem === undefined) listed.readable.push(item['entry'] as Remediation);
    else listed.unreadable.push({ kind: 'remediation', id: type, problem });
  }
  return listed;
}

const ENTRY = object({ type: text, steps: list(text, { isEmptyAllowed: false }), url: optional(text) });

function problemOf(item: Item): string | undefined {
  const version = item['schema_version'] ?? REMEDIATION_SCHEMA_VERSION;
  if (typeof version !== 'number' || !(version <= REMEDIATION_SCHEMA_VERSION)) {
    return `schema_version is ${quoted(version)}; this version of Tocsin reads up to ${REMEDIATION_SCHEMA_VERSION}`;
  }
  const { entry, sk } = item;
  const problem = ENTRY(entry, 'entry');
  if (problem !== undefined) return problem;
  return (entry as Remediation).type === sk ? undefined : 'entry.type is another one';
}
