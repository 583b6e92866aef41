import { STORED_DESTINATION } from '../../core/config/stored/destination.ts';
import type { StoredKind } from '../../core/config/stored/stored-kind.ts';
import type { DestinationRegistry } from '../../core/deliver/ports.ts';
import { findConfig } from './config.ts';
import type { TableAccess } from './table-access.ts';

/**
 * Destinations by id.
 *
 * @param stored the fields that are checked: `WHOLE_DESTINATION` for the function that posts to webhooks
 */
export function dynamodbDestinationRegistry(
  from: TableAccess,
  stored: StoredKind<'destination'> = STORED_DESTINATION,
): DestinationRegistry {
  return {
    find: async (id, options) => findConfig(from, stored, id, { isConsistent: options?.isFresh === true }),
  };
}
