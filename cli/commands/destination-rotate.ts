import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { formatDuration } from '../../functions/core/config/duration.ts';
import {
  PROFILE_PREFIXES,
  type Destination,
  type WebhookDestination,
} from '../../functions/core/model/config/destination.ts';
import { foundBefore, reserved, savedSecret } from '../config/change-secret.ts';
import { noteNewSecret, refuseSameSecret } from '../config/note-new-secret.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { CliFailure, refusedSettings, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { AS_GIVEN, readSecretInput } from '../confidential-input.ts';
import { randomOf } from '../io.ts';
import { randomToken, randomWebhookSecret } from '../config/random-id.ts';
import { parseSeconds } from '../words/time.ts';
import { endsEarly, overlapSeconds, rotated } from '../config/rotation.ts';
import { missingOfSecret } from '../destination/missing-of-secret.ts';
import { rotateMailPassword } from '../destination/rotate-mail-password.ts';
import { addNoCheckOption } from '../destination/email-options.ts';
import { indented, renderFields } from '../screen/table.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { formatAuth } from '../destination/webhook-rules.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { NOTED_LATE, TAKES_EFFECT } from '../words/takes-effect.ts';

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
      const { config, secrets } = await session.gateway();
      const destination = await findConfig(config, 'destination', name);
      if (destination.channel === 'email' && destination.transport !== undefined) {
        return rotateMailPassword(session, destination, destination.transport, options, async () =>
          noteNewSecret(session, 'destination', destination),
        );
      }
      if (options.passwordStdin === true) {
        throw wrongUsage('--password-stdin: goes with a mail server only, and this destination has none');
      }
      if (
        destination.channel !== 'webhook' ||
        destination.auth.type === 'none' ||
        destination.auth.type === 'mtls'
      ) {
        throw nothingToRotate(destination);
      }
      const secret = await newSecret(session, destination, options.secretStdin === true);
      const { value: old = {}, version } = await foundBefore(
        async () => secrets.readDestination(destination.id),
        async () => secrets.versionOf('destination', destination.id),
      );
      refuseSameSecret('destination', old.current, secret);
      const {
        current: _current,
        currentFrom: _from,
        previous: _previous,
        previousNotAfter: _notAfter,
        ...others
      } = old;
      // A token is sent alone: the old one is needed until the switch, and not after it.
      const isToken = destination.auth.type === 'bearer';
      const credential: WebhookSecret = {
        ...rotated(old, secret, isToken ? switchAfter : overlap, session.nowMs),
        ...(switchAfter > 0 && { currentFrom: after(session, switchAfter) }),
      };
      const isKnown = await reserved(session, { ...destination, kind: 'destination' }, async () => {
        await savedSecret(session, { ...destination, kind: 'destination' }, version, async () =>
          secrets.saveDestination(destination.id, { ...others, ...credential }, version),
        );
        return noteNewSecret(session, 'destination', destination);
      });
      const until = credential.previousNotAfter;
      const isGiven = session.isGiven(secret);
      const notes = [
        ...(isToken
          ? [tokenNote(credential)]
          : [
              until === undefined
                ? 'The old secret is used no longer then.'
                : `The old secret works until ${until} (${formatDuration(overlap)}).`,
              ...signatureNotes(destination, credential),
            ]),
        ...missingOfSecret(destination, { ...others, ...credential }),
        ...(isToken && credential.currentFrom !== undefined
          ? []
          : [`The new secret is used ${isKnown ? TAKES_EFFECT : NOTED_LATE}.`]),
        ...(endsEarly(old, session.nowMs) ? ['The secret before that one stops working now.'] : []),
      ];
      return {
        json: {
          id: destination.id,
          name: destination.name,
          secret,
          previous_not_after: until ?? null,
          current_from: credential.currentFrom ?? null,
        },
        text: `${session.paint('green', 'Rotated')} the secret of destination ${session.paint('bold', destination.name)}\n\n${indented(renderFields([['secret', isGiven ? AS_GIVEN : secret]], session.paint))}\n\n${[...(isGiven ? [] : [session.paint('yellow', 'The new secret is shown this once.')]), ...notes].join(' ')}`,
      };
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

function after({ nowMs }: Session, seconds: number): string {
  return new Date(nowMs + seconds * 1_000).toISOString();
}

function tokenNote({ currentFrom }: WebhookSecret): string {
  return currentFrom === undefined
    ? 'Requests carry the new token, and the old one no longer.'
    : `Requests carry the old token until ${currentFrom}, then the new one.`;
}

/** Which secret the header is made with that has room for one. Nothing to say when there is but one secret. */
function signatureNotes({ profile }: WebhookDestination, { previous, currentFrom }: WebhookSecret): string[] {
  if (previous === undefined) return [];
  const header = `${PROFILE_PREFIXES[profile]}-Signature`;
  return [
    currentFrom === undefined
      ? `webhook-signature carries both until then, ${header} the new one only.`
      : `webhook-signature carries both until then; ${header} is made with the old one until ${currentFrom}, so give the receiver the new one before.`,
  ];
}

function nothingToRotate(destination: Destination): CliFailure {
  const name = shellWord(destination.name);
  const instead =
    destination.channel === 'webhook' && destination.auth.type === 'mtls'
      ? `for a new certificate: ${TOCSIN} destination update ${name} --cert-file FILE --key-file FILE`
      : destination.channel === 'webhook' && destination.hasSecretUrl === true
        ? `its URL is its credential; for a new one: ${TOCSIN} destination update ${name} --url URL`
        : 'so there is nothing to rotate';
  return new CliFailure(
    'no-secret',
    `destination ${JSON.stringify(destination.name)} has no secret of ours, ${instead}`,
  );
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
  const token = parseBearerToken(await readSecretInput(session));
  if (!token.ok) throw refusedSettings(token.problems, { secret: '--secret-stdin' });
  return token.value;
}
