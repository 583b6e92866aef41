import { CANARY_SOURCE_ID } from '../wire/alert.ts';
import type { EmailDestination, WebhookDestination } from './destination.ts';
import type { Source } from './source.ts';

/*
 * What the canary flies through, as the gateway makes it. The items lie in the table like all others and are read like all
 * others; no list of people shows them. Their ids are the same in every gateway, so everybody who makes them makes the same.
 */

export const CANARY_DESTINATION_ID = 'dst_tocsinCanary';
export const CANARY_MAIL_DESTINATION_ID = 'dst_tocsinCanaryMail';

/**
 * The address of SES that takes a mail, says that it was delivered, and throws it away. It may be written to from the sandbox, and
 * costs as a mail does (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html, 2026-11, from memory).
 */
export const CANARY_RECIPIENT = 'success@simulator.amazonses.com';
/** Of SES's mailbox simulator, to which the sandbox sends as well. */
export const SIMULATOR_DOMAIN = 'simulator.amazonses.com';

const OURS: ReadonlySet<string> = new Set([
  CANARY_SOURCE_ID,
  CANARY_DESTINATION_ID,
  CANARY_MAIL_DESTINATION_ID,
]);

/** Whether an item of this id is the canary's: then it is in no list. */
export function isOfCanary(id: string): boolean {
  return OURS.has(id);
}

/** A signed timestamp, so that nobody who saw one canary can send it again. */
export const CANARY_AUTH = {
  type: 'hmac',
  header: 'x-tocsin-canary-signature',
  algorithm: 'sha256',
  signedContent: 'timestamp.body',
  timestampHeader: 'x-tocsin-canary-timestamp',
} as const;

export function canarySource(createdAt: string): Source {
  return {
    id: CANARY_SOURCE_ID,
    name: 'tocsin-canary',
    auth: CANARY_AUTH,
    format: 'generic',
    streamType: 'json',
    defaultSeverity: 'info',
    dedupWindowSeconds: 3_600,
    // Who watches canaries is `judge-canaries.ts`.
    noDataAlarm: 'off',
    isEnabled: true,
    createdAt,
    updatedAt: createdAt,
  };
}

/** @param url where the gateway itself receives canaries */
export function canaryDestination(url: string, createdAt: string): WebhookDestination {
  return {
    id: CANARY_DESTINATION_ID,
    name: 'tocsin-canary',
    channel: 'webhook',
    url,
    auth: { type: 'hmac' },
    profile: 'tocsin',
    format: 'tocsin',
    // The next canary comes soon enough.
    retry: { delaysSeconds: [] },
    customHeaderNames: [],
    systemAlerts: false,
    isEnabled: true,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}

export function canaryMailDestination(createdAt: string): EmailDestination {
  return {
    id: CANARY_MAIL_DESTINATION_ID,
    name: 'tocsin-canary-mail',
    channel: 'email',
    recipients: [{ address: CANARY_RECIPIENT, role: 'it_admin', isLocked: true }],
    systemAlerts: false,
    isEnabled: true,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}
