import type { Clock } from '../../../core/world.ts';
import type { DigestMembers, DigestPages, MailFlows } from '../../../core/deliver/ports.ts';
import type { DynamodbClient } from '../client.ts';
import { dynamodbDigestMembers } from './members.ts';
import { dynamodbDigestPages } from './pages.ts';
import { dynamodbMailFlows } from '../mail-flows.ts';

/** Everything that the table keeps about floods of mails. */
export function dynamodbFloods(parts: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  /** How long an entry waits for others of its batch. */
  moment?: () => Promise<unknown>;
}): { flows: MailFlows; members: DigestMembers; digests: DigestPages } {
  return {
    flows: dynamodbMailFlows(parts),
    members: dynamodbDigestMembers(parts),
    digests: dynamodbDigestPages(parts),
  };
}
