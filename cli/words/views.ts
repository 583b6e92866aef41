import { inert } from '../screen/terminal.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { viewOf } from '../config/settings.ts';
import { shownUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import { ENQUEUE_PATH } from '../../functions/core/ingest/auth/routing-key.ts';
import { isHeld } from '../../functions/core/watch/judge-delivery.ts';
import { alertsPerMinute } from '../../functions/core/ingest/source-rate.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import { hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { MailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import { hasSecret } from '../../functions/core/model/config/source.ts';
import type { Source, SourceAuth } from '../../functions/core/model/config/source.ts';

/** Where a sender posts to; undefined for a source of the AWS door, which takes nothing over HTTP. */
export function postUrl(manifest: Manifest, source: Pick<Source, 'id' | 'auth'>): string | undefined {
  return source.auth.type === 'aws-event' ? undefined : ingestUrl(manifest, source);
}

/** The URL of the source, or for a routing key the one that all of them share. */
export function ingestUrl(manifest: Manifest, { id, auth }: Pick<Source, 'id' | 'auth'>): string {
  return auth.type === 'routing-key'
    ? manifest.ingestUrl.replace(/\/v1\/ingest$/u, ENQUEUE_PATH)
    : `${manifest.ingestUrl}/${id}`;
}

/** The header that carries a source's credential, as the sender has to set it. */
export function credentialHeader(auth: SourceAuth): string | undefined {
  if (auth.type === 'hmac' || auth.type === 'shared-secret') return auth.header;
  return hasSecret(auth) && auth.type !== 'routing-key' ? 'authorization' : undefined;
}

/** How a source authenticates, in a few words. */
export function describeAuth(auth: SourceAuth): string {
  switch (auth.type) {
    case 'hmac':
      return `hmac ${auth.algorithm} over ${auth.signedContent} in ${auth.header}`;
    case 'shared-secret':
      return `shared secret in ${auth.header}`;
    case 'basic':
      return `basic, user ${auth.username}`;
    case 'bearer':
      return 'bearer';
    case 'routing-key':
      return 'routing key in the body';
    case 'aws-event':
      return `by EventBridge, events of ${auth.event}`;
    case 'sns':
      return `signed by SNS, of ${auth.topics.join(', ')}`;
    case 'none':
      return 'none: anyone can post';
  }
}

/** A source as JSON. Never its secret. */
export function sourceView(source: Source, manifest: Manifest): object {
  const { auth } = source;
  return {
    id: source.id,
    name: source.name,
    url: postUrl(manifest, source) ?? null,
    ...viewOf<Source>(SOURCE_SETTINGS, source),
    auth: {
      type: auth.type,
      header: credentialHeader(auth) ?? null,
      ...(auth.type === 'basic' && { username: auth.username }),
      ...(auth.type === 'sns' && { topics: auth.topics }),
      ...(auth.type === 'aws-event' && { event: auth.event }),
      ...(auth.type === 'hmac' && {
        algorithm: auth.algorithm,
        signed_content: auth.signedContent,
        ...(auth.timestampHeader !== undefined && { timestamp_header: auth.timestampHeader }),
        ...(auth.idHeader !== undefined && { id_header: auth.idHeader }),
      }),
    },
    rate_limit_per_minute: alertsPerMinute(source),
    is_enabled: source.isEnabled,
    created_at: source.createdAt,
    updated_at: source.updatedAt,
  };
}

/** A destination as JSON. Never its secret, and of custom headers only the names. */
export function destinationView(destination: Destination): object {
  return {
    id: destination.id,
    name: destination.name,
    channel: destination.channel,
    is_enabled: destination.isEnabled,
    paused_because: destination.pausedBecause ?? null,
    version: destination.version,
    created_at: destination.createdAt,
    updated_at: destination.updatedAt,
    ...(destination.channel === 'email'
      ? viewOf(EMAIL_SETTINGS, destination)
      : {
          url: shownUrl(destination),
          has_secret_url: destination.hasSecretUrl === true,
          ...viewOf(WEBHOOK_SETTINGS, destination),
        }),
  };
}

/** Where a destination sends to, in a few words. */
export function describeTarget(destination: Destination): string {
  return destination.channel === 'email'
    ? destination.recipients.map((recipient) => recipient.address).join(', ')
    : `${destination.isPrivate === true ? '(private) ' : ''}${shownUrl(destination)}`;
}

export function routeView(route: Route): object {
  return {
    id: route.id,
    name: route.name,
    ...viewOf(ROUTE_SETTINGS, route),
    is_enabled: route.isEnabled !== false,
    created_at: route.createdAt,
    updated_at: route.updatedAt,
  };
}

/** How a delivery stands, in a few words: `dead: receiver-rejected`. */
export function describeState(delivery: Delivery): string {
  const fate = mailFate(delivery);
  if (fate !== undefined && hasGoneWrong(fate)) return `delivered, but ${describeFate(fate)}`;
  if (delivery.state === 'pending' && delivery.lease_until !== undefined) return 'pending: its worker died';
  if (delivery.silence !== undefined && delivery.state === 'suppressed') {
    return `suppressed: silenced by ${delivery.silence.id}`;
  }
  if (isHeld(delivery)) {
    const { due_at: until = '', outside } = delivery;
    // Of one that was judged again, the intervals may be others by now.
    const where = outside === undefined ? '' : `, outside of ${outside.intervals.map(inert).join(', ')}`;
    return `pending: held until ${until}${where}`;
  }
  return delivery.reason === undefined || delivery.state === 'delivered'
    ? delivery.state
    : `${delivery.state}: ${delivery.reason}`;
}

/** The state of a mail, in a word or two. */
export function describeFate({ state, event }: MailFate): string {
  return state === 'bounced' ? `bounced (${event?.is_permanent === true ? 'hard' : 'soft'})` : state;
}
