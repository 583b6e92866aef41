import { STORED_SOURCE } from '../../core/config/stored/source.ts';
import type { SourceRegistry } from '../../core/ingest/ports.ts';
import type { SourceList } from '../../core/watch/ports.ts';
import { findConfig, listConfig } from './config.ts';
import type { TableAccess } from './table-access.ts';

/**
 * Sources by id. Consistent: what was created a moment ago accepts its first request, and what was rotated or switched
 * off counts once the cache in front lets go of it. That is half a read unit more each time a source is looked up.
 */
export function dynamodbSourceRegistry(from: TableAccess): SourceRegistry {
  return { find: async (id) => findConfig(from, STORED_SOURCE, id, { isConsistent: true }) };
}

/** All sources. One that cannot be read is told apart and does not stop the others. */
export function dynamodbSourceList(from: TableAccess): SourceList {
  return {
    list: async () => {
      const { readable, unreadable } = await listConfig(from, STORED_SOURCE);
      return { sources: readable, unreadable };
    },
  };
}
