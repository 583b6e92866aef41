import type { MailServerSecret } from '../../core/deliver/email/smtp/mail-server.ts';
import type { Credential, WebhookSecret } from '../../core/model/config/credential.ts';

/** A source's credential, or undefined when the value is not one. */
export function parseCredential(value: unknown): Credential | undefined {
  if (!isObject(value)) return undefined;
  const { current, previous, previousNotAfter } = value;
  if (typeof current !== 'string' || current === '' || !isOptionalText(previous) || previous === '')
    return undefined;
  if (!isOptionalText(previousNotAfter)) return undefined;
  return value as Credential;
}

/** What a webhook destination keeps secret, or undefined when the value is not that. */
export function parseWebhookSecret(value: unknown): WebhookSecret | undefined {
  if (!isObject(value)) return undefined;
  const { headers, ...texts } = value;
  const areTexts = [
    'url',
    'current',
    'currentFrom',
    'previous',
    'previousNotAfter',
    'ca',
    'certificate',
    'key',
  ].every((name) => isOptionalText(texts[name]) && texts[name] !== '');
  const areHeaders =
    headers === undefined ||
    (isObject(headers) && Object.values(headers).every((header) => typeof header === 'string'));
  return areTexts && areHeaders ? value : undefined;
}

/** What an e-mail destination keeps secret of its mail server, or undefined when the value is not that. */
export function parseMailServerSecret(value: unknown): MailServerSecret | undefined {
  if (!isObject(value) || typeof value['current'] !== 'string' || value['current'] === '') return undefined;
  return isOptionalText(value['ca']) ? (value as MailServerSecret) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
