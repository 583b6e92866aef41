import type { CanaryConfiguration } from '../../core/canary/ports.ts';
import { canaryDestination, canaryMailDestination, canarySource } from '../../core/model/config/canary.ts';
import type { Clock } from '../../core/world.ts';
import { CONFIG_SCHEMA_VERSION } from './config-items.ts';
import { countConfigChange, getConfigItem } from './config.ts';
import { configKey } from './keys.ts';
import type { TableAccess } from './table-access.ts';

/** The author of an item that the gateway makes by itself. */
const AUTHOR = 'tocsin';

/**
 * Makes the source and the destinations of the canary, and mends what is not as it should be: their content follows from the
 * gateway alone. They have no claim on a name, since they are not found by one.
 */
export function dynamodbCanaryConfiguration(
  from: TableAccess & { clock: Clock; /** Where the gateway receives canaries. */ receiveUrl: string },
): CanaryConfiguration {
  const { client, table, clock, receiveUrl } = from;

  async function ensureOne(
    kind: 'source' | 'destination',
    make: (createdAt: string) => { id: string },
  ): Promise<boolean> {
    const at = new Date(clock.now()).toISOString();
    const { id } = make(at);
    const item = await getConfigItem(from, kind, id, { isConsistent: true });
    const { createdAt = at } = Object(item?.['config']) as { createdAt?: string };
    const config = make(createdAt);
    if (item !== undefined && sameText(item['config'], config)) return false;
    await client.call('PutItem', {
      TableName: table,
      Item: {
        ...configKey(kind, id),
        schema_version: CONFIG_SCHEMA_VERSION,
        revision: Number(item?.['revision'] ?? 0) + 1,
        config,
        updated_by: AUTHOR,
        history: [{ at, by: AUTHOR, what: item === undefined ? 'created' : 'mended' }],
      },
    });
    return true;
  }

  return {
    ensure: async () => {
      const changed = await Promise.all([
        ensureOne('source', canarySource),
        ensureOne('destination', (at) => canaryDestination(receiveUrl, at)),
        ensureOne('destination', canaryMailDestination),
      ]);
      if (changed.includes(true)) await countConfigChange(from);
    },
  };
}

/** The table keeps no order of fields. */
function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
