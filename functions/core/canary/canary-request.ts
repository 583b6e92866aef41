import { CANARY_AUTH } from '../model/config/canary.ts';
import type { Canary, CanaryMark } from '../model/wire/canary.ts';
import { hmac } from '../signing/hmac.ts';

/** What the alert of a canary is called. */
const CANARY_TYPE = 'tocsin.canary';

/** A canary as its sender posts it, signed as its source demands. */
export function canaryRequest(
  { id, sent_at: sentAt, with_mail: withMail }: Canary,
  secret: string,
): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({
    type: CANARY_TYPE,
    severity: 'info',
    title: 'Canary',
    description: 'Tocsin sends it to itself, to see that alerts arrive.',
    event_time: sentAt,
    dedup_key: id,
    details: { canary_id: id, sent_at: sentAt, with_mail: withMail },
  });
  const timestamp = String(Math.floor(Date.parse(sentAt) / 1_000));
  return {
    headers: {
      'content-type': 'application/json',
      [CANARY_AUTH.timestampHeader]: timestamp,
      [CANARY_AUTH.header]: `sha256=${hmac('sha256', secret, `${timestamp}.`, body).toString('hex')}`,
    },
    body,
  };
}

/** What a received alert says of its canary; undefined where it is none. */
export function canaryMark(details: unknown): CanaryMark | undefined {
  const { canary_id: id, sent_at: sentAt } = Object(details) as { canary_id?: unknown; sent_at?: unknown };
  return typeof id === 'string' && typeof sentAt === 'string' && !Number.isNaN(Date.parse(sentAt))
    ? { canary_id: id, sent_at: sentAt }
    : undefined;
}
