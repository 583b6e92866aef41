import { expandRecords } from '../../../../functions/core/ingest/expand-records.ts';
import { findFormat } from '../../../../functions/core/ingest/formats/index.ts';
import { normalize } from '../../../../functions/core/ingest/normalize.ts';
import { readFileSync } from 'node:fs';
import type { AlertDraft, Format } from '../../../../functions/core/ingest/formats/format.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';
import type { Source } from '../../../../functions/core/model/config/source.ts';

/** What a request brings beside its body. */
export type Around = { headers?: Record<string, string>; source?: Partial<Source> };

const RECEIVED_AT = '2026-11-21T10:00:00.000Z';

export function formatOf(name: string): Format {
  const format = findFormat(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
}

/** A fixture of a format, parsed. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/formats/${name}`, import.meta.url), 'utf8'));
}

/** The alerts of one document as ingestion makes them; a record that is refused fails the test. */
export function alertsOf(format: string, document: unknown, around: Around = {}): Alert[] {
  const source: Source = {
    id: 'src_a',
    name: 'a',
    auth: { type: 'bearer' },
    format,
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 86_400,
    isEnabled: true,
    createdAt: RECEIVED_AT,
    updatedAt: RECEIVED_AT,
    ...around.source,
  };
  const context = { headers: around.headers ?? {}, source };
  return expandRecords([document], formatOf(format), context).map((record, index) => {
    const normalized = normalize(record, index, formatOf(format), {
      ...context,
      requestId: '8f3f0f2e-3f0b-4c54-9c6d-0a1b2c3d4e5f',
      receivedAt: RECEIVED_AT,
      check: () => undefined,
      isRepaired: false,
      tenantId: 'tenant',
      raw: { sha256: '0'.repeat(64), size: 1 },
    });
    if (!normalized.ok) throw new Error(`${normalized.rejection.code}: ${normalized.rejection.detail}`);
    return normalized.alert;
  });
}

/** The only alert of a document. */
export function alertOf(format: string, document: unknown, around: Around = {}): Alert {
  const [alert, ...others] = alertsOf(format, document, around);
  if (alert === undefined || others.length > 0) throw new Error(`${others.length + 1} alerts, expected one`);
  return alert;
}

/** What a format itself read, before anything is filled in. */
export function draftsOf(format: string, document: unknown, around: Around = {}): AlertDraft[] {
  const context = { headers: around.headers ?? {}, ...(around.source && { source: around.source }) };
  return expandRecords([document], formatOf(format), context).map((record) =>
    formatOf(format).read(record as Record<string, unknown>, context),
  );
}
