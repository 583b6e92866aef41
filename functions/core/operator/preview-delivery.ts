import { alertFor } from '../model/wire/next-message.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { type Delivery, type DeliveryMessage, firstAttempt } from '../model/wire/delivery.ts';
import { digestMessage } from '../model/wire/digest-message.ts';
import type { DigestSummary } from '../model/wire/digest.ts';
import type { Mail } from '../model/wire/mail.ts';
import type { WebhookSecret } from '../model/config/credential.ts';
import type { EmailDestination, WebhookDestination } from '../model/config/destination.ts';
import { prepareEmail } from '../deliver/email/prepare-email.ts';
import type { FloodPorts } from '../deliver/flood/admit.ts';
import type { HttpPost, RemediationSource } from '../deliver/ports.ts';
import { publicTier } from '../deliver/webhook/address-tier.ts';
import { prepareWebhook } from '../deliver/webhook/prepare-webhook.ts';
import { shownUrl } from '../deliver/webhook/secret-url.ts';
import type { DigestStory } from './digest-story.ts';

/** Stands where a secret does. */
export const SECRET = '(secret)';
/** Nothing is sent, so nothing is to be guarded. */
const ANYWHERE = publicTier(['0.0.0.0/0', '::/0']);

/** A message, and what it says where it is that of a digest. */
export type Previewed = { message: DeliveryMessage; summary?: DigestSummary };

/** Which gateway the commands of a message are for, as a flag of the CLI. */
type PreviewPorts = { target: string; nowMs: number };

/**
 * The mail of a delivery as its function writes it from the alert that is stored and the configuration of now; without the
 * link to unsubscribe, which is a key.
 */
export async function previewMail(
  { message, summary }: Previewed,
  destination: EmailDestination,
  ports: PreviewPorts & { remediation: RemediationSource; messageIdDomain: string },
): Promise<Mail | undefined> {
  const recipients = destination.recipients.map(({ address }) => address);
  const recipient = recipients.includes(message.recipient ?? '') ? message.recipient : recipients[0];
  if (recipient === undefined) return undefined;
  const prepared = await prepareEmail({ ...message, channel: 'email', recipient }, destination, {
    ...(summary !== undefined && { floods: closed(summary) }),
    mailer: { send: async () => Promise.reject(new Error('a preview sends nothing')) },
    quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
    suppressions: { find: async () => undefined },
    remediation: ports.remediation,
    target: ports.target,
    messageIdDomain: ports.messageIdDomain,
  });
  return 'body' in prepared ? (JSON.parse(prepared.body) as Mail) : undefined;
}

/** A request to a webhook as its function makes it, `(secret)` in the place of every secret. */
type PreviewedPost = {
  url: string;
  headers: Record<string, string>;
  body: string;
  storedBody: string;
};

/** The request of a delivery, made by the code that delivers, with no receiver at the other end. */
export async function previewPost(
  { message, summary }: Previewed,
  destination: WebhookDestination,
  ports: PreviewPorts,
): Promise<PreviewedPost | undefined> {
  let made: HttpPost | undefined;
  const prepared = await prepareWebhook(message, destination, {
    ...(summary !== undefined && { floods: closed(summary) }),
    secrets: { webhookSecret: async () => secretlessly(destination) },
    http: {
      async post(request) {
        made = request;
        return { answer: 'response', status: 200, bodyStart: new Uint8Array(), phasesMs: {} };
      },
    },
    clock: { now: () => ports.nowMs },
    addresses: ANYWHERE,
    target: ports.target,
  });
  if (!('body' in prepared)) return undefined;
  await prepared.send();
  if (made === undefined) return undefined;
  return { url: shownUrl(destination), headers: made.headers, body: made.body, storedBody: prepared.body };
}

/** The message of the last attempt, or of the first one that is still to come. */
export function previewedAlert(routed: RoutedAlert, delivery: Delivery): Previewed {
  const told = routed.trace.find(
    (one) => one.destination_id === delivery.destination_id && one.decision === 'deliver',
  );
  const message = firstAttempt(
    alertFor(routed, delivery.destination_id),
    {
      id: delivery.id,
      destinationId: delivery.destination_id,
      channel: delivery.channel,
      ...(delivery.recipient !== undefined && { recipient: delivery.recipient }),
      ...(told?.route !== undefined && { toldBecause: { route: told.route } }),
    },
    delivery.created_at,
  );
  return {
    message: {
      ...message,
      attempt: Math.max(1, delivery.attempt),
      ...(delivery.is_test === true && { is_test: true }),
    },
  };
}

/** The message of a digest; `joiner` is an alert that it tells of. */
export function previewedDigest(
  { digest, addressee, delivery }: Pick<DigestStory, 'digest' | 'addressee' | 'delivery'>,
  joiner: Pick<DeliveryMessage, 'alert' | 'channel'>,
  summary: DigestSummary,
): Previewed {
  const message = digestMessage(digest, addressee, joiner);
  return { message: { ...message, attempt: Math.max(1, delivery?.attempt ?? 1) }, summary };
}

/** A digest that says this, to somebody who got nothing in this hour: it goes out by itself. */
function closed(summary: DigestSummary): FloodPorts {
  const nothing = async () => Promise.reject(new Error('a preview changes nothing'));
  return {
    digests: {
      summary: async () => summary,
      seal: nothing,
      openPage: nothing,
      add: nothing,
      keepSummary: nothing,
      entries: async function* entries() {},
    },
    flows: { change: async (_addressee, step) => step({ places: [], windows: {} }).result },
    members: { join: nothing, move: nothing, leave: nothing, find: nothing },
    retries: { sendLater: nothing },
    clock: { now: () => 0 },
  };
}

/** A stand-in for each part of the secret that the destination needs. */
function secretlessly({ url, auth, customHeaderNames }: WebhookDestination): WebhookSecret {
  return {
    url,
    headers: Object.fromEntries(customHeaderNames.map((name) => [name, SECRET])),
    ...((auth.type === 'hmac' || auth.type === 'bearer') && { current: SECRET }),
    ...(auth.type === 'mtls' && { certificate: SECRET, key: SECRET }),
  };
}
