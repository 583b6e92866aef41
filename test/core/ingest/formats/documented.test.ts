import { describe, expect, it } from 'vitest';
import { VALUE_READERS } from '../../../../cli/source/value-readers.ts';
import { inferMapping } from '../../../../functions/core/operator/infer-mapping.ts';
import { DOCUMENTED, type DocumentedPayload } from './documented-payloads.ts';
import { alertsOf } from './read-payload.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';

function told({ format, headers = {}, document }: DocumentedPayload): Alert[] {
  if (format !== 'infer') return alertsOf(format, document, { headers });
  const { fields, resolvedWhen } = inferMapping([document], VALUE_READERS);
  return alertsOf('mapping', document, {
    headers,
    source: { mapping: { fields, severityScale: 'words', resolvedWhen } },
  });
}

describe('a payload after the page of its vendor', () => {
  it.each(DOCUMENTED.map((payload) => [payload.what, payload.format, payload] as const))(
    '%s read as %s',
    (_what, _format, payload) => {
      const alerts = told(payload);
      expect(alerts).toHaveLength(payload.alerts.length);
      for (const [index, expected] of payload.alerts.entries()) expect(alerts[index]).toMatchObject(expected);
    },
  );

  it('has a page', () => {
    for (const { page, what } of DOCUMENTED) expect(page, what).toMatch(/^https:\/\//u);
  });
});
