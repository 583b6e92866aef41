import {
  parseDestination,
  type EmailSettings,
  type WebhookSettings,
} from '../../functions/core/config/parse-destination.ts';
import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { isSecretUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import type {
  Destination,
  EmailDestination,
  WebhookDestination,
} from '../../functions/core/model/config/destination.ts';
import { ANY_GATEWAY, destinationRules, STRICT } from '../destination/webhook-rules.ts';
import type { Gateway } from '../gateway.ts';
import { storedSecret, withState } from './destination-fields.ts';
import { withoutDefaults } from './kind.ts';

/** Fields of a destination beside the settings of its list. */
export const BESIDE_SETTINGS = ['channel', 'enabled'];

/** An e-mail destination as a file says it. */
export function writtenEmail(destination: EmailDestination): Fields {
  return withState(emailFields(destination), destination);
}

export function emailFields(settings: EmailSettings): Fields {
  const fields = writeFileFields<EmailDestination>(EMAIL_SETTINGS, settings as EmailDestination);
  const hasPassword = settings.transport !== undefined;
  return { channel: 'email', ...fields, ...(hasPassword && { password: { stored: true } }) };
}

/** A webhook destination as a file says it. */
export function writtenWebhook(destination: WebhookDestination): Fields {
  return withState(webhookFields(destination), destination);
}

export function webhookFields(settings: WebhookSettings): Fields {
  const fields = writeFileFields<WebhookDestination>(WEBHOOK_SETTINGS, settings as WebhookDestination);
  const { auth, customHeaderNames: names } = settings;
  const stored = { stored: true };
  return {
    channel: 'webhook',
    ...fields,
    url: settings.hasSecretUrl === true || isSecretUrl(settings) ? stored : settings.url,
    ...(names.length > 0 && { custom_header: Object.fromEntries(names.map((name) => [name, stored])) }),
    ...((auth.type === 'hmac' || auth.type === 'bearer') && { secret: stored }),
    ...(auth.type === 'mtls' && { cert: stored, key: stored }),
  };
}

/** The parts of a secret of which the configuration says nothing. */
export async function storedParts(gateway: Gateway, destination: Destination): Promise<Fields> {
  if (destination.channel === 'email' && destination.transport === undefined) return {};
  const { value } = await storedSecret(gateway, destination.id);
  return value?.ca === undefined ? {} : { ca: { stored: true } };
}

/** The fields of an e-mail destination that a file has to say. */
export function shortenEmail(fields: Fields, name: string): Fields {
  return withoutDefaults(fields, ['channel', 'to', 'enabled', 'password', 'ca'], (left) => {
    const { input } = readFileFields(EMAIL_SETTINGS, left, BESIDE_SETTINGS, []);
    const parsed = parseDestination({ ...input, channel: 'email', name }, destinationRules(STRICT));
    return parsed.ok ? JSON.stringify(parsed.value) : undefined;
  });
}

/** The fields of a webhook destination that a file has to say. A URL that is a secret stands for any that is one. */
export function shortenWebhook(fields: Fields, name: string): Fields {
  const keep = ['channel', 'url', 'auth', 'enabled', 'secret', 'custom_header', 'cert', 'key', 'ca'];
  return withoutDefaults(fields, keep, (left) => {
    const { input } = readFileFields(WEBHOOK_SETTINGS, left, BESIDE_SETTINGS, []);
    const url = input['url'] ?? 'https://stored.example/';
    const parsed = parseDestination(
      { ...input, url, channel: 'webhook', name },
      destinationRules(ANY_GATEWAY),
    );
    return parsed.ok ? JSON.stringify(parsed.value) : undefined;
  });
}
