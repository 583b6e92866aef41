import {
  type EmailDestination,
  isChat,
  type Repeat,
  type Resolved,
  type WebhookDestination,
} from './destination.ts';

/** What of a destination says how often it is told of one finding. */
export type StoryTeller =
  | Pick<EmailDestination, 'channel' | 'repeat' | 'resolved'>
  | Pick<WebhookDestination, 'channel' | 'format' | 'repeat' | 'resolved'>;

/** With `change`, what goes on without a change is told again after so long. */
export const REMINDER_SECONDS = 86_400;

/**
 * What the operator said; else what suits the reader.
 *
 * | destination | repeat | resolved |
 * |---|---|---|
 * | e-mail | every (floods are digests) | if-told |
 * | a chat | change, and a reminder after 24 h | if-told |
 * | every other format | every | always |
 */
export function storySettings(destination: StoryTeller): { repeat: Repeat; resolved: Resolved } {
  const isForChat = destination.channel === 'webhook' && isChat(destination.format);
  const isForPeople = isForChat || destination.channel === 'email';
  return {
    repeat: destination.repeat ?? (isForChat ? 'change' : 'every'),
    resolved: destination.resolved ?? (isForPeople ? 'if-told' : 'always'),
  };
}
