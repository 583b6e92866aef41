import { describe, expect, test } from 'vitest';
import {
  endpointUrl,
  isSecretUrl,
  shownUrl,
  type UrlSettings,
} from '../../../../functions/core/deliver/webhook/secret-url.ts';
import { aWebhook } from '../../../adapters/records.ts';

const settings = (given: Partial<UrlSettings>): UrlSettings =>
  aWebhook({ format: 'tocsin', auth: { type: 'hmac' }, customHeaderNames: [], ...given });

describe('a URL that lets whoever knows it post', () => {
  test.each<[string, Partial<UrlSettings>, string]>([
    [
      'of Slack',
      { url: 'https://hooks.slack.com/services/T0/B0/canary', format: 'slack', auth: { type: 'none' } },
      'https://hooks.slack.com/services/…',
    ],
    [
      'of Slack with a template',
      { url: 'https://hooks.slack.com/triggers/T0/1/canary', format: 'template' },
      'https://hooks.slack.com/triggers/…',
    ],
    [
      'of Slack for governments',
      { url: 'https://hooks.slack-gov.com/services/T0/B0/canary' },
      'https://hooks.slack-gov.com/services/…',
    ],
    [
      'of Discord',
      { url: 'https://discord.com/api/webhooks/12345/canary', format: 'discord' },
      'https://discord.com/api/webhooks/…',
    ],
    [
      'of Teams',
      {
        url: 'https://prod-1.westeurope.logic.azure.com:443/workflows/canary/triggers/manual/paths/invoke?sig=canary',
        format: 'microsoft-teams',
      },
      'https://prod-1.westeurope.logic.azure.com/workflows/…',
    ],
    [
      'of something like Slack',
      { url: 'https://chat.example.com:8443/hooks/canary', format: 'slack' },
      'https://chat.example.com:8443/…',
    ],
    [
      'with nothing else to know us by',
      { url: 'https://hook.example.com/canary', auth: { type: 'none' } },
      'https://hook.example.com/…',
    ],
    [
      'with something in its query',
      { url: 'https://siem.example.com/in/alerts?token=canary' },
      'https://siem.example.com/in/alerts?…',
    ],
  ])('%s is told from others, and shown without that', (_name, given, shown) => {
    const { href: url } = new URL(given.url ?? '');
    expect(isSecretUrl(settings({ ...given, url }))).toBe(true);
    expect(shownUrl(settings({ ...given, url }))).toBe(shown);
    expect(shown).not.toContain('canary');
  });

  test.each<[string, Partial<UrlSettings>]>([
    ['a signature goes along', { url: 'https://siem.example.com/in' }],
    ['a token goes along', { url: 'https://events.example.com/v2/enqueue', auth: { type: 'bearer' } }],
    ['a certificate does', { url: 'https://siem.example.com/in', auth: { type: 'mtls' } }],
    [
      'a header does',
      { url: 'https://siem.example.com/in', auth: { type: 'none' }, customHeaderNames: ['X-Key'] },
    ],
  ])('is not one when %s', (_name, given) => {
    expect(isSecretUrl(settings(given))).toBe(false);
    expect(shownUrl(settings(given))).toBe(given.url);
  });
});

describe('where a post goes', () => {
  const url = 'https://hooks.slack.com/services/T0/B0/canary';

  test('is what the secret says when the URL is kept there', () => {
    const destination = aWebhook({ url: 'https://hooks.slack.com/services/…', hasSecretUrl: true });
    expect(endpointUrl(destination, { url })).toBe(url);
    expect(() => endpointUrl(destination, {})).toThrow('has no url in its secret');
  });

  test('is what the item says when it is from before URLs were kept secret', () => {
    expect(endpointUrl(aWebhook({ url, format: 'slack', auth: { type: 'none' } }), {})).toBe(url);
  });
});
