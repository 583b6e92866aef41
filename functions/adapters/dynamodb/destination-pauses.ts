import type { Clock } from '../../core/world.ts';
import type { DestinationPauses } from '../../core/deliver/ports.ts';
import { conditionHeld } from './conditions.ts';
import { countConfigChange } from './config.ts';
import { configKey } from './keys.ts';
import type { TableAccess } from './table-access.ts';

/** The author of a pause, where an operator's ARN stands otherwise. */
const BY_ITSELF = 'tocsin';

/** The one change that the gateway makes to its own configuration, in one conditional write. */
export function dynamodbDestinationPauses({
  client,
  table,
  clock,
}: TableAccess & { clock: Clock }): DestinationPauses {
  return {
    pause: async (destination, because) => {
      const now = new Date(clock.now()).toISOString();
      // When the condition fails, the destination was paused or mended since it was read.
      const isPaused = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: configKey('destination', destination.id),
          UpdateExpression:
            'SET #config.#isEnabled = :no, #config.#pausedBecause = :because, #config.#version = :next, #config.#updatedAt = :now, #revision = if_not_exists(#revision, :none) + :one, #updated_by = :tocsin, #history = list_append(if_not_exists(#history, :empty), :change)',
          ConditionExpression: '#config.#version = :version AND #config.#isEnabled = :yes',
          ExpressionAttributeNames: Object.fromEntries(
            [
              'config',
              'isEnabled',
              'pausedBecause',
              'version',
              'updatedAt',
              'revision',
              'updated_by',
              'history',
            ].map((name) => [`#${name}`, name]),
          ),
          ExpressionAttributeValues: {
            ':no': false,
            ':yes': true,
            ':because': because,
            ':version': destination.version,
            ':next': destination.version + 1,
            ':none': 0,
            ':one': 1,
            ':now': now,
            ':tocsin': BY_ITSELF,
            ':empty': [],
            ':change': [{ at: now, by: BY_ITSELF, what: 'paused' }],
          },
        }),
      );
      if (isPaused) await countConfigChange({ client, table });
    },
  };
}
