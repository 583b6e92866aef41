import { expect, test } from 'vitest';
import { flattenDetails } from '../../../../../functions/core/deliver/email/compose/flatten-details.ts';

const shown = (details: Record<string, unknown>) =>
  flattenDetails(details).rows.map(({ label, value }) => `${label}: ${value}`);

test.each([
  ['scalars', { a: 'x', b: 1.5, c: true, d: false, e: null, f: '' }, ['a: x', 'b: 1.5', 'c: yes', 'd: no']],
  [
    'objects',
    { geo: { country: 'NZ', city: { name: 'Akaroa' } } },
    ['geo › country: NZ', 'geo › city › name: Akaroa'],
  ],
  ['lists of scalars', { ports: [22, 80], none: [] }, ['ports: 22, 80']],
  ['lists of objects', { hits: [{ id: 1 }, { id: 2 }] }, ['hits › 1 › id: 1', 'hits › 2 › id: 2']],
  ['no row for what is empty', { o: {}, p: { q: [null, ''] }, '': 1 }, ['(no name): 1']],
  [
    'what is too deep, as JSON',
    { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } },
    ['a › b › c › d › e › f: {"g":1}'],
  ],
  ['links, defanged', { u: 'https://evil.example/x' }, ['u: hxxps[:]//evil[.]example/x']],
  ['lines', { log: 'a\r\nb' }, ['log: a\nb']],
] as const)('shows %s', (_, details, rows) => {
  expect(shown(details)).toEqual(rows);
});

test('shows 60 rows and counts the others', () => {
  const details = Object.fromEntries(Array.from({ length: 75 }, (_, index) => [`k${String(index)}`, index]));
  expect(flattenDetails(details).rows).toHaveLength(60);
  expect(flattenDetails(details).omitted).toBe(15);
});
