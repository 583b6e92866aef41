import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { formatDuration } from '../../functions/core/config/duration.ts';
import { addCommand } from '../command.ts';
import { CliFailure, refusedSettings, wrongUsage } from '../failure.ts';
import { findConfig } from '../find-config.ts';
import { randomOf, readStdin } from '../io.ts';
import { randomToken, randomWebhookSecret } from '../random-id.ts';
import { endsEarly, overlapSeconds, rotated } from '../rotation.ts';
import { indented, renderFields } from '../table.ts';
import { shellWord } from '../terminal.ts';
import { formatAuth } from '../webhook-rules.ts';
import type { Destination, WebhookDestination } from '../../functions/core/model/destination.ts';
import type { CommandFile } from '../command.ts';
import type { Session } from '../session.ts';

type Options = { overlap?: string; secretStdin?: boolean };

export const addDestinationRotate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'rotate <name>',
    summary: 'Give a webhook destination a new secret, printed once; signatures carry both for the overlap',
    examples: ['tocsin destination rotate siem', 'tocsin destination rotate siem --overlap 7d'],
    options(command) {
      command
        .option('--overlap <duration>', 'how long the old secret signs as well, 0s to 30d (default: 24h)')
        .option('--secret-stdin', 'bearer: read the new token from standard input');
    },
    async run(session, options, name = '') {
      const overlap = overlapSeconds(options.overlap);
      const { config, secrets } = await session.gateway();
      const destination = await findConfig(config, 'destination', name);
      if (
        destination.channel !== 'webhook' ||
        destination.auth.type === 'none' ||
        destination.auth.type === 'mtls'
      ) {
        throw nothingToRotate(destination);
      }
      const secret = await newSecret(session, destination, options.secretStdin === true);
      const old = await secrets.readDestination(destination.id);
      if (old.current === secret) {
        throw new CliFailure(
          'same-secret',
          'that is the secret the destination has already; nothing was changed',
        );
      }
      const { current: _current, previous: _previous, previousNotAfter: _notAfter, ...others } = old;
      const credential = rotated(old, secret, overlap, session.nowMs);
      await secrets.replaceDestination(destination.id, { ...others, ...credential });
      const isKnown = await tellFunctions(session, destination);
      const until = credential.previousNotAfter;
      const notes = [
        until === undefined
          ? 'The old secret is used no longer.'
          : `The old secret works until ${until} (${formatDuration(overlap)}).`,
        ...(isKnown ? [] : ['It is used five minutes from now at the latest.']),
        ...(endsEarly(old, session.nowMs) ? ['The secret before that one stops working now.'] : []),
      ];
      return {
        json: { id: destination.id, name: destination.name, secret, previous_not_after: until ?? null },
        text: `${session.paint('green', 'Rotated')} the secret of destination ${session.paint('bold', destination.name)}\n\n${indented(renderFields([['secret', secret]], session.paint))}\n\n${session.paint('yellow', 'The new secret is shown this once.')} ${notes.join(' ')}`,
      };
    },
  });
};

function nothingToRotate(destination: Destination): CliFailure {
  const name = shellWord(destination.name);
  const instead =
    destination.channel === 'webhook' && destination.auth.type === 'mtls'
      ? `for a new certificate: tocsin destination update ${name} --cert-file FILE --key-file FILE`
      : destination.channel === 'webhook' && destination.hasSecretUrl === true
        ? `its URL is its credential; for a new one: tocsin destination update ${name} --url URL`
        : 'so there is nothing to rotate';
  return new CliFailure(
    'no-secret',
    `destination ${JSON.stringify(destination.name)} has no secret of ours, ${instead}`,
  );
}

/**
 * A new version of the destination makes the functions ask for the secret again; without one they would use what they
 * remember. False when that failed: the new secret is stored all the same, and must be shown.
 */
async function tellFunctions(session: Session, destination: WebhookDestination): Promise<boolean> {
  const { config } = await session.gateway();
  const updatedAt = new Date(session.nowMs).toISOString();
  try {
    const changed = { ...destination, version: destination.version + 1, updatedAt };
    return (await config.update('destination', changed)) === 'updated';
  } catch {
    return false;
  }
}

async function newSecret(
  session: Session,
  destination: WebhookDestination,
  fromStdin: boolean,
): Promise<string> {
  const random = randomOf(session.io);
  const known = formatAuth(destination.format);
  if (!fromStdin && known?.type === 'bearer') {
    throw wrongUsage(`--secret-stdin: missing; format ${destination.format} needs ${known.credential}`);
  }
  if (!fromStdin)
    return destination.auth.type === 'bearer' ? randomToken(random) : randomWebhookSecret(random);
  if (destination.auth.type !== 'bearer') {
    throw wrongUsage('--secret-stdin: goes with auth bearer only; other secrets are drawn here');
  }
  if (session.io.stdin.isTTY === true) session.note('type the token, then Enter and Ctrl-D:');
  const token = parseBearerToken(await readStdin(session.io));
  if (!token.ok) throw refusedSettings(token.problems, { secret: '--secret-stdin' });
  return token.value;
}
