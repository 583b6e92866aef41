import type { SourceAuth } from '../model/config/source.ts';
import { isFields } from './read-fields.ts';

/** Longer than any of Slack's, and short enough to be sent back. */
const MAX_CHALLENGE_CHARACTERS = 256;

/** Whether a sender signs as Slack does, over `v0:timestamp:body`. */
export function signsLikeSlack(auth: SourceAuth): boolean {
  return auth.type === 'hmac' && auth.signedContent === 'v0:timestamp:body';
}

/**
 * The challenge of Slack's Events API, which asks with a signed POST whether we are willing, and wants it back:
 * `{"type": "url_verification", "challenge": "…"}` (https://docs.slack.dev/reference/events/url_verification).
 */
export function slackChallenge(auth: SourceAuth, documents: readonly unknown[]): string | undefined {
  const [question, ...others] = documents;
  if (!signsLikeSlack(auth) || !isFields(question) || others.length > 0) return undefined;
  const { type, challenge } = question;
  return type === 'url_verification' &&
    typeof challenge === 'string' &&
    challenge.length <= MAX_CHALLENGE_CHARACTERS
    ? challenge
    : undefined;
}
