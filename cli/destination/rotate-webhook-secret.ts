import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { formatDuration } from '../../functions/core/config/duration.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import {
  PROFILE_PREFIXES,
  type Destination,
  type WebhookDestination,
} from '../../functions/core/model/config/destination.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import type { CommandResult } from '../command.ts';
import { AS_GIVEN, readTypedSecret } from '../confidential-input.ts';
import { foundBefore, reserved, savedSecret } from '../config/change-secret.ts';
import { noteNewSecret, refuseSameSecret } from '../config/note-new-secret.ts';
import { randomToken, randomWebhookSecret } from '../config/random-id.ts';
import { endsEarly, rotated } from '../config/rotation.ts';
import { CliFailure, refusedSettings, wrongUsage } from '../failure.ts';
import { randomOf } from '../io.ts';
import { indented, renderFields } from '../screen/table.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { NOTED_LATE, TAKES_EFFECT } from '../words/takes-effect.ts';
import { missingOfSecret } from './missing-of-secret.ts';
import { formatAuth } from './webhook-rules.ts';

/** Seconds for which the old secret signs as well, and for which what has room for one goes on with it. */
type Times = { overlap: number; switchAfter: number };

/**
 * Gives a webhook destination another secret, drawn here, or read from standard input where it `isGiven`.
 *
 * @throws CliFailure `no-secret` where it has none that could be another
 */
export async function rotateWebhookSecret(
  session: Session,
  destination: Destination,
  { isGiven, ...times }: Times & { isGiven: boolean },
): Promise<CommandResult> {
  if (!isRotatable(destination)) throw nothingToRotate(destination);
  const item = { ...destination, kind: 'destination' as const };
  const { secrets } = await session.gateway();
  const secret = await newSecret(session, destination, isGiven);
  const { value: old = {}, version } = await foundBefore(
    async () => secrets.readDestination(destination.id),
    async () => secrets.versionOf('destination', destination.id),
  );
  refuseSameSecret('destination', old.current, secret);
  const changed = changedSecret(destination, { old, secret }, times, session.nowMs);
  const isKnown = await reserved(session, item, async () => {
    await savedSecret(session, item, version, async () =>
      secrets.saveDestination(destination.id, changed, version),
    );
    return noteNewSecret(session, 'destination', destination);
  });
  const notes = [
    ...(session.isGiven(secret) ? [] : [session.paint('yellow', 'The new secret is shown this once.')]),
    ...(destination.auth.type === 'bearer'
      ? [tokenNote(changed)]
      : signatureNotes(destination, changed, times.overlap)),
    ...missingOfSecret(destination, changed),
    ...(destination.auth.type === 'bearer' && changed.currentFrom !== undefined
      ? []
      : [`The new secret is used ${isKnown ? TAKES_EFFECT : NOTED_LATE}.`]),
    ...(endsEarly(old, session.nowMs) ? ['The secret before that one stops working now.'] : []),
  ];
  const shown = session.isGiven(secret) ? AS_GIVEN : secret;
  return {
    json: {
      id: destination.id,
      name: destination.name,
      secret,
      previous_not_after: changed.previousNotAfter ?? null,
      current_from: changed.currentFrom ?? null,
    },
    text: `${session.paint('green', 'Rotated')} the secret of destination ${session.paint('bold', destination.name)}\n\n${indented(renderFields([['secret', shown]], session.paint))}\n\n${notes.join(' ')}`,
  };
}

function isRotatable(destination: Destination): destination is WebhookDestination {
  return (
    destination.channel === 'webhook' && destination.auth.type !== 'none' && destination.auth.type !== 'mtls'
  );
}

/** The secret after the rotation. A token is sent alone: the old one is needed until the switch, and not after it. */
function changedSecret(
  { auth }: WebhookDestination,
  { old, secret }: { old: WebhookSecret; secret: string },
  { overlap, switchAfter }: Times,
  nowMs: number,
): WebhookSecret {
  const { current: _c, currentFrom: _f, previous: _p, previousNotAfter: _n, ...others } = old;
  return {
    ...others,
    ...rotated(old, secret, auth.type === 'bearer' ? switchAfter : overlap, nowMs),
    ...(switchAfter > 0 && { currentFrom: new Date(nowMs + switchAfter * 1_000).toISOString() }),
  };
}

function tokenNote({ currentFrom }: WebhookSecret): string {
  return currentFrom === undefined
    ? 'Requests carry the new token, and the old one no longer.'
    : `Requests carry the old token until ${currentFrom}, then the new one.`;
}

/** How long the old secret works, and which one the header is made with that has room for one. */
function signatureNotes(
  { profile }: WebhookDestination,
  { previous, previousNotAfter, currentFrom }: WebhookSecret,
  overlap: number,
): string[] {
  const ends =
    previousNotAfter === undefined
      ? 'The old secret is used no longer then.'
      : `The old secret works until ${previousNotAfter} (${formatDuration(overlap)}).`;
  if (previous === undefined) return [ends];
  const header = `${PROFILE_PREFIXES[profile]}-Signature`;
  return [
    ends,
    currentFrom === undefined
      ? `webhook-signature carries both until then, ${header} the new one only.`
      : `webhook-signature carries both until then; ${header} is made with the old one until ${currentFrom}, so give the receiver the new one before.`,
  ];
}

function nothingToRotate(destination: Destination): CliFailure {
  const name = shellWord(destination.name);
  return new CliFailure(
    'no-secret',
    `destination ${JSON.stringify(destination.name)} has no secret of ours, ${insteadOfRotation(destination, name)}`,
  );
}

function insteadOfRotation(destination: Destination, name: string): string {
  if (destination.channel === 'webhook' && destination.auth.type === 'mtls') {
    return `for a new certificate: ${TOCSIN} destination update ${name} --cert-file FILE --key-file FILE`;
  }
  return destination.channel === 'webhook' && destination.hasSecretUrl === true
    ? `its URL is its credential; for a new one: ${TOCSIN} destination update ${name} --url URL`
    : 'so there is nothing to rotate';
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
  const token = parseBearerToken(await readTypedSecret(session, 'token'));
  if (!token.ok) throw refusedSettings(token.problems, { secret: '--secret-stdin' });
  return token.value;
}
