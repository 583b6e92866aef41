import type { DigestMembers, DigestPages, Flows } from '../../../core/deliver/ports.ts';
import type { DeliveryTable } from '../deliveries/table.ts';
import { dynamodbDigestMembers } from './members.ts';
import { dynamodbDigestPages } from './pages.ts';
import { dynamodbFlows } from '../flows.ts';

/** Everything that the table keeps about floods. */
export function dynamodbFloods(
  parts: DeliveryTable & {
    /** How long an entry waits for others of its batch. */
    moment?: () => Promise<unknown>;
  },
): { flows: Flows; members: DigestMembers; digests: DigestPages } {
  return {
    flows: dynamodbFlows(parts),
    members: dynamodbDigestMembers(parts),
    digests: dynamodbDigestPages(parts),
  };
}
