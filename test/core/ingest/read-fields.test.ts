import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../../functions/core/ingest/read-fields.ts';
import '../../generated-cases.ts';

const two = (most: number) =>
  fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));

describe('an instant', () => {
  it.each([
    ['2026-01-15T14:23:01.000Z', '2026-01-15T14:23:01.000Z'],
    ['2026-01-15T14:23:01Z', '2026-01-15T14:23:01.000Z'],
    ['2028-02-29T00:00:00.999Z', '2028-02-29T00:00:00.999Z'],
    ['1969-12-31T23:59:59.999Z', undefined],
  ])('%s is read as %s', (written, read) => {
    expect(instant(written)).toBe(read);
  });

  it('written in UTC is what Date makes of it, whatever its numbers are', () => {
    const written = fc
      .tuple(fc.constantFrom('1969', '1970', '2026', '9999'), two(13), two(32), two(24), two(60), two(60))
      .chain(([year, month, day, hour, minute, second]) =>
        fc
          .constantFrom('', '.000', '.123', '.5')
          .map((part) => `${year}-${month}-${day}T${hour}:${minute}:${second}${part}Z`),
      );
    fc.assert(
      fc.property(written, (text) => {
        const ms = Date.parse(text);
        const isKnown = !Number.isNaN(ms) && ms >= 0 && ms < Date.parse('+010000-01-01T00:00:00Z');
        expect(instant(text)).toBe(isKnown ? new Date(ms).toISOString() : undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
