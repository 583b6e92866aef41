import type { EndpointHealth } from '../../core/model/wire/endpoint-health.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import { healthOf } from '../dynamodb/endpoint-health.ts';
import { destinationIdOfEndpoint, endpointKey } from '../dynamodb/keys.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** The health of the endpoints of these destinations; one that never failed and never was slow is not there. */
export async function readEndpoints(
  destinationIds: readonly string[],
  from: TableAccess & { wait: (ms: number) => Promise<unknown> },
): Promise<Map<string, EndpointHealth>> {
  if (destinationIds.length === 0) return new Map();
  const items = await batchGet({ ...from, keys: destinationIds.map(endpointKey), isConsistent: false });
  return new Map(items.map((item) => [destinationIdOfEndpoint(item), healthOf(item)]));
}
