import { STORED_DESTINATION } from '../../core/config/stored/destination.ts';
import type { DestinationRegistry } from '../../core/deliver/ports.ts';
import { findConfig, type Table } from './config.ts';

/** Destinations by id. */
export function dynamodbDestinationRegistry(from: Table): DestinationRegistry {
  return {
    find: async (id, options) =>
      findConfig(from, STORED_DESTINATION, id, { isConsistent: options?.isFresh === true }),
  };
}
