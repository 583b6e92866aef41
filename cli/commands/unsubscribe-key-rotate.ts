import { UNSUBSCRIBE_DAYS } from '../../functions/core/signing/unsubscribe-token.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { confirm } from '../confirm.ts';
import { randomOf } from '../io.ts';
import { randomToken } from '../config/random-id.ts';
import type { UnsubscribeKeySecret } from '../../functions/core/operator/ports.ts';

type Options = { yes?: boolean };

const DAY_MS = 86_400_000;

export const addUnsubscribeKeyRotate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'rotate',
    summary: 'Sign new links with a new key; links sent already go on working until they expire',
    examples: ['tocsin unsubscribe-key rotate'],
    options(command) {
      command.option('-y, --yes', 'do not ask, also when older links stop working');
    },
    async run(session, options) {
      const { unsubscribeKey } = await session.gateway();
      const { value: before, version } = await unsubscribeKey.read();
      const endsMs = lastLinkOfPrevious(before);
      const breaksLinks = endsMs > session.nowMs;
      if (breaksLinks) {
        const until = Number.isFinite(endsMs) ? `until ${new Date(endsMs).toISOString()}` : 'for a time';
        await confirm(
          session,
          `The links from before the last rotation stop working now; without another one they would work ${until}. Rotate all the same?`,
          options.yes,
        );
      }
      const rotatedAt = new Date(session.nowMs).toISOString();
      const current = randomToken(randomOf(session.io));
      const saved = await unsubscribeKey.replace({ current, previous: before.current, rotatedAt }, version);
      if (saved.result === 'changed-meanwhile') {
        throw meanwhile('the key of the unsubscribe links was rotated meanwhile');
      }
      return {
        json: { rotated_at: rotatedAt, broke_older_links: breaksLinks },
        text: `${session.paint('green', 'Rotated')} the key of the unsubscribe links. Mails are signed with it within a minute. Links of the key before go on working until they expire; those of the one before that stop within seconds.`,
      };
    },
  });
};

/** When the last link of the key before the current one expires: that key is dropped by a rotation. Epoch ms. */
function lastLinkOfPrevious({ previous, rotatedAt }: UnsubscribeKeySecret): number {
  if (previous === undefined) return 0;
  // Somebody changed the secret by hand, nobody knows when.
  if (rotatedAt === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(rotatedAt) + UNSUBSCRIBE_DAYS * DAY_MS;
}
