import { formatDuration } from '../../functions/core/config/duration.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { noteNewSecret } from '../config/note-new-secret.ts';
import { overlapSeconds } from '../config/rotation.ts';
import { addNoCheckOption } from '../destination/email-options.ts';
import { rotateMailPassword } from '../destination/rotate-mail-password.ts';
import { rotateWebhookSecret } from '../destination/rotate-webhook-secret.ts';
import { wrongUsage } from '../failure.ts';
import { parseSeconds } from '../words/time.ts';

type Options = {
  overlap?: string;
  switchAfter?: string;
  secretStdin?: boolean;
  passwordStdin?: boolean;
  check?: boolean;
};

export const addDestinationRotate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'rotate <name>',
    summary:
      'Give a webhook destination a new secret, printed once, or a mail server the new password that it was given',
    examples: [
      'tocsin destination rotate siem',
      'tocsin destination rotate siem --overlap 7d',
      'tocsin destination rotate siem --switch-after 1h',
      'pass show mail | tocsin destination rotate oncall --password-stdin',
    ],
    options(command) {
      command
        .option('--overlap <duration>', 'how long the old secret signs as well, 0s to 30d (default: 24h)')
        .option(
          '--switch-after <duration>',
          'what has room for one secret (<Prefix>-Signature, a token) goes on with the old one for so long (default: 0s)',
        )
        .option('--secret-stdin', 'bearer: read the new token from standard input')
        .option('--password-stdin', 'smtp: read the new password from standard input');
      addNoCheckOption(command);
    },
    async run(session, options, name = '') {
      const overlap = overlapSeconds(options.overlap);
      const switchAfter = switchAfterSeconds(options.switchAfter, overlap);
      const { config } = await session.gateway();
      const destination = await findConfig(config, 'destination', name);
      if (destination.channel === 'email' && destination.transport !== undefined) {
        const { transport } = destination;
        return rotateMailPassword(session, { ...destination, transport }, options, async () =>
          noteNewSecret(session, 'destination', destination),
        );
      }
      if (options.passwordStdin === true) {
        throw wrongUsage('--password-stdin: goes with a mail server only, and this destination has none');
      }
      const { secretStdin: isGiven = false } = options;
      return rotateWebhookSecret(session, destination, { overlap, switchAfter, isGiven });
    },
  });
};

/** Seconds of `--switch-after`; the old secret must still be live then. */
function switchAfterSeconds(text: string | undefined, overlap: number): number {
  const seconds = parseSeconds('--switch-after', text ?? '0s', { min: 0, max: 30 * 86_400 });
  if (seconds > overlap) {
    throw wrongUsage(
      `--switch-after: ${formatDuration(seconds)} is longer than the overlap of ${formatDuration(overlap)}; the old secret would have ended by then`,
    );
  }
  return seconds;
}
