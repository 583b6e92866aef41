import type { ExistingTable } from '../../functions/adapters/operator/existing-table.ts';
import { LISTED_ATTRIBUTES, TABLE } from '../../functions/core/model/wire/table.ts';

/** The indexes that the gateway reads, and the attributes that it needs in each. */
const INDEXES = [
  { ...TABLE.byTime, needs: LISTED_ATTRIBUTES },
  { ...TABLE.byLookup, needs: [] },
];

/**
 * Whether the gateway can work on a table that it did not make.
 *
 * @returns `problems`: why it cannot; `hints`: each feature that a table of the stack would have and this one lacks, with the
 * command that switches it on
 */
export function judgeTable(name: string, table: ExistingTable): { problems: string[]; hints: string[] } {
  const problems: string[] = [];
  if (table.status !== 'ACTIVE') {
    problems.push(`the table ${name} is ${table.status}; expected ACTIVE: wait until it is`);
  }
  const keys = [TABLE.partitionKey, TABLE.sortKey];
  if (table.keys.join() !== keys.join()) {
    problems.push(`the table ${name} has the keys ${table.keys.join(', ')}; expected ${keys.join(', ')}`);
  }
  for (const { index, partitionKey, sortKey, needs } of INDEXES) {
    const found = table.indexes.find((one) => one.name === index);
    if (found === undefined) {
      problems.push(`the table ${name} has no index ${index}; a restore must bring the indexes along`);
      continue;
    }
    if (found.keys.join() !== [partitionKey, sortKey].join()) {
      problems.push(
        `the index ${index} of ${name} has the keys ${found.keys.join(', ')}; expected ${partitionKey}, ${sortKey}`,
      );
    }
    const { holds } = found;
    const missing = holds === 'all' ? [] : needs.filter((attribute) => !holds.includes(attribute));
    if (missing.length > 0) problems.push(`the index ${index} of ${name} lacks ${missing.join(', ')}`);
  }
  return { problems, hints: hintsOf(name, table) };
}

function hintsOf(name: string, { expiry, hasRecovery, isProtected }: ExistingTable): string[] {
  const aws = (call: string) => `aws dynamodb ${call}`;
  return [
    ...(expiry === TABLE.expiry
      ? []
      : [
          `nothing of ${name} ever expires: ${aws(`update-time-to-live --table-name ${name} --time-to-live-specification Enabled=true,AttributeName=${TABLE.expiry}`)}`,
        ]),
    ...(hasRecovery
      ? []
      : [
          `${name} cannot be restored to a point in time: ${aws(`update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`)}`,
        ]),
    ...(isProtected
      ? []
      : [
          `${name} is not protected against deletion: ${aws(`update-table --table-name ${name} --deletion-protection-enabled`)}`,
        ]),
  ];
}
