import { UNSUBSCRIBE_DAYS } from '../../functions/core/signing/unsubscribe-token.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { foundBefore } from '../config/change-secret.ts';
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
      const { value: before, version } = await foundBefore(
        async () => unsubscribeKey.read(),
        async () => unsubscribeKey.version(),
      );
      const endsMs = lastLinkOfPrevious(before);
      const breaksLinks = endsMs > session.nowMs;
      if (breaksLinks) {
        await confirm(session, `${whatBreaks(before, endsMs)} Rotate all the same?`, options.yes);
      }
      const rotatedAt = new Date(session.nowMs).toISOString();
      const current = randomToken(randomOf(session.io));
      const saved = await unsubscribeKey.replace(
        { current, ...(before !== undefined && { previous: before.current }), rotatedAt },
        version,
      );
      if (saved.result === 'changed-meanwhile') {
        throw meanwhile('the key of the unsubscribe links was rotated meanwhile');
      }
      return {
        json: { rotated_at: rotatedAt, broke_older_links: breaksLinks },
        text: `${session.paint('green', 'Rotated')} the key of the unsubscribe links. Mails are signed with it within a minute. ${before === undefined ? 'Links of mails sent before stop within seconds.' : 'Links of the key before go on working until they expire; those of the one before that stop within seconds.'}`,
      };
    },
  });
};

/**
 * When the last link of the key before the current one expires: that key is dropped by a rotation. Epoch ms; without end
 * where somebody changed the secret by hand.
 */
function lastLinkOfPrevious(before: UnsubscribeKeySecret | undefined): number {
  if (before === undefined) return Number.POSITIVE_INFINITY;
  if (before.previous === undefined) return 0;
  const rotatedMs = Date.parse(String(before.rotatedAt));
  return Number.isNaN(rotatedMs) ? Number.POSITIVE_INFINITY : rotatedMs + UNSUBSCRIBE_DAYS * DAY_MS;
}

function whatBreaks(before: UnsubscribeKeySecret | undefined, endsMs: number): string {
  if (before === undefined) {
    return 'There is no key that can be read, so every link that was sent stops working, unless the key is put back.';
  }
  const until = Number.isFinite(endsMs) ? `until ${new Date(endsMs).toISOString()}` : 'for a time';
  return `The links from before the last rotation stop working now; without another one they would work ${until}.`;
}
