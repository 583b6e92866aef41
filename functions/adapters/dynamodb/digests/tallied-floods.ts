import type { DigestMembers } from '../../../core/deliver/ports.ts';
import type { Tally } from '../deliveries/first-claims.ts';

/**
 * Floods of webhooks, whose first attempts are claimed in a tally: a digest takes the slot before it writes the row, so that it
 * takes nothing that a worker has begun.
 */
export function talliedFloods<T extends { members: DigestMembers }>(floods: T, tally: Tally): T {
  const { members } = floods;
  return {
    ...floods,
    members: {
      ...members,

      find: async (message) => {
        const row = await members.find(message);
        const isUnknown = row.membership === 'none' && row.state === undefined;
        return isUnknown && (await tally.writeRow(message)) ? members.find(message) : row;
      },

      join: async (message, digest, page) => {
        await tally.close(message);
        return members.join(message, digest, page);
      },
    },
  };
}
