import { awsSourceName, type AwsEventKind } from '../../core/model/config/aws-events.ts';
import { awsSource } from '../../core/model/config/aws-source.ts';
import type { AwsSources } from '../../core/ingest/ports.ts';
import type { Clock } from '../../core/world.ts';
import { CONFIG_SCHEMA_VERSION } from './config-items.ts';
import { conditionHeld } from './conditions.ts';
import { countConfigChange, getConfigItem } from './config.ts';
import { configKey, nameKey } from './keys.ts';
import type { TableAccess } from './table-access.ts';

/** The author of an item that the gateway makes by itself, as `history` shows it. */
const AUTHOR = 'tocsin';
const MAX_NAMES = 10;

/**
 * Makes the sources of the AWS door. All who make one make the same: its id is given, and its writes are conditional.
 *
 * The name is claimed first, as the operator's tools do it. Where an operator's own source has it already, a number follows.
 */
export function dynamodbAwsSources(from: TableAccess & { clock: Clock }): AwsSources {
  const { client, table, clock } = from;

  async function claimName(kind: AwsEventKind, id: string): Promise<string> {
    for (let number = 1; number <= MAX_NAMES; number += 1) {
      const name = number === 1 ? awsSourceName(kind) : `${awsSourceName(kind)}-${String(number)}`;
      // One after another: the first that is free is the name.
      // oxlint-disable-next-line no-await-in-loop
      const isMine = await conditionHeld(
        client.call('PutItem', {
          TableName: table,
          Item: { ...nameKey('source', name), owner_id: id },
          ConditionExpression: 'attribute_not_exists(pk) OR owner_id = :id',
          ExpressionAttributeValues: { ':id': id },
        }),
      );
      if (isMine) return name;
    }
    throw new Error(`every name for the source of the events of ${kind} is taken, up to ${MAX_NAMES}`);
  }

  return {
    ensure: async (kind) => {
      const at = new Date(clock.now()).toISOString();
      const source = awsSource(kind, at);
      if ((await getConfigItem(from, 'source', source.id, { isConsistent: true })) !== undefined) return;
      const config = { ...source, name: await claimName(kind, source.id) };
      const isMade = await conditionHeld(
        client.call('PutItem', {
          TableName: table,
          Item: {
            ...configKey('source', source.id),
            schema_version: CONFIG_SCHEMA_VERSION,
            revision: 1,
            config,
            updated_by: AUTHOR,
            history: [{ at, by: AUTHOR, what: 'created' }],
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      if (isMade) await countConfigChange(from);
    },
  };
}
