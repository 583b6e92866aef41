import { expect, it } from 'vitest';
import { mailPage } from '../../../local/pages/mail-pages.ts';

const ID = '5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11';

function pageOf(headers: Record<string, string>, hasConsole = true): string {
  const mail = { id: 1, messageId: 'm', from: 'a@example.com', to: ['o@example.com'], subject: 's' };
  const sentAt = '2026-01-15T12:00:00.000Z';
  return mailPage({ ...mail, text: '', html: '', headers, raw: '', sentAt }, { hasConsole });
}

it.each([
  [
    { 'x-tocsin-alert': ID, 'x-tocsin-delivery': 'd' },
    `<a href="/#/alerts/${ID}">The story of this alert</a>`,
  ],
  [{ 'x-tocsin-delivery': ID }, `<a href="/#/deliveries/${ID}">The story of this mail</a>`],
])('a mail leads to its story in the console: %j', (headers, link) => {
  expect(pageOf(headers)).toContain(link);
});

it.each([
  [{}, true],
  [{ 'x-tocsin-alert': '../x?y' }, true],
  [{ 'x-tocsin-alert': ID }, false],
])('a mail leads nowhere without an id, or without a console: %j %s', (headers, hasConsole) => {
  expect(pageOf(headers, hasConsole)).not.toContain('/#/');
});
