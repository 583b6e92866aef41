import type { Clock } from '../../core/world.ts';
import type { DynamodbClient } from './client.ts';

/** Where an adapter finds its items. */
export type TableAccess = { client: DynamodbClient; table: string };

/** The same for items that end with the retention. */
export type RetainedItems = TableAccess & { clock: Clock; retentionDays: number };
