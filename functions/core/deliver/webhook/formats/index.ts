import type { WebhookFormat } from './format.ts';
import { tocsin } from './tocsin.ts';

/** Every payload shape that can go out, by name. */
export const WEBHOOK_FORMATS: readonly WebhookFormat[] = [tocsin];

export function findWebhookFormat(name: string): WebhookFormat | undefined {
  return WEBHOOK_FORMATS.find((format) => format.name === name);
}
