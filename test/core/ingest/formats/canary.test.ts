import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../../functions/core/deliver/email/compose/compose-mail.ts';
import { WEBHOOK_FORMATS } from '../../../../functions/core/deliver/webhook/formats/index.ts';
import { FORMATS } from '../../../../functions/core/ingest/formats/index.ts';
import { isFields } from '../../../../functions/core/ingest/read-fields.ts';
import { SECRET_NAMES, SECRET_SHAPES } from '../secret-shapes.ts';
import { alertsOf, fixture, formatOf } from './read-payload.ts';
import { readdirSync } from 'node:fs';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';

const CANARY = 'c4n4ry-7f3a';
const FIXTURES = new URL('../../../fixtures/formats/', import.meta.url);
const mapping = {
  fields: { title: 'title | rule.name | "untitled"' },
  severityScale: 'words' as const,
  resolvedWhen: [],
};

function documentOf(format: string): Record<string, unknown> {
  if (!readdirSync(FIXTURES).includes(format)) return { action: 'created', alert: { number: 1 } };
  const [file = ''] = readdirSync(new URL(`${format}/`, FIXTURES));
  return fixture(`${format}/${file}`) as Record<string, unknown>;
}

/** The document with something more in every object of it, the ones deep inside too. */
function planted(value: unknown, plant: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => planted(entry, plant));
  if (!isFields(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, planted(entry, plant)]));
  return { ...inner, planted: plant };
}

/** Everything that leaves with an alert: its row, its mails, the bodies for every receiver. */
function outputsOf(alert: Alert): string[] {
  const mails = (['executive', 'it_admin', 'developer'] as const).map((role) =>
    JSON.stringify(
      composeMail({
        alert,
        role,
        to: 'a@example.com',
        destinationName: 'd',
        deliveryId: 'i',
        messageIdDomain: 'example.com',
      }),
    ),
  );
  return [JSON.stringify(alert), ...mails, ...bodiesOf(alert)];
}

function bodiesOf(alert: Alert): string[] {
  return WEBHOOK_FORMATS.filter(({ name }) => name !== 'template').map((format) =>
    format.render(alert, { createdAt: alert.received_at } as Parameters<typeof format.render>[1]),
  );
}

describe.each(FORMATS.map(({ name }) => name))('no credential leaves with what %s reads', (format) => {
  it.each(Object.keys(SECRET_SHAPES))('in %s', (shape) => {
    const build = SECRET_SHAPES[shape];
    for (const name of SECRET_NAMES) {
      const document = planted(documentOf(format), build?.(name, CANARY));
      const alerts = alertsOf(format, document, { source: { mapping } });
      for (const alert of alerts) {
        // The whole way for one name is the way of all of them.
        const outputs = name === SECRET_NAMES[0] ? outputsOf(alert) : [JSON.stringify(alert)];
        for (const output of outputs) expect(output).not.toContain(CANARY);
      }
    }
  });

  it.each([
    ['the user info of a URL', `https://user:${CANARY}@host.example/x`],
    ['a header in a text', `Authorization: Bearer ${CANARY}`],
    ['a query', `https://host.example/x?token=${CANARY}&a=1`],
  ])('in every text of it, as %s', (_what, text) => {
    const everywhere = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(everywhere);
      if (isFields(value))
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, everywhere(inner)]));
      // What chooses the reader stays; everything that a person could have written does not.
      return typeof value === 'string' && / /u.test(value) ? `${value} ${text}` : value;
    };
    const alerts = alertsOf(format, everywhere(documentOf(format)), { source: { mapping } });
    expect(formatOf(format).name).toBe(format);
    for (const alert of alerts) {
      for (const output of outputsOf(alert)) expect(output).not.toContain(CANARY);
    }
  });
});
