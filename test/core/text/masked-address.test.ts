import { expect, it } from 'vitest';
import { maskedAddress } from '../../../functions/core/text/masked-address.ts';

it.each([
  ['ana@example.com', 'a***@example.com'],
  ['a@example.com', 'a***@example.com'],
  ['"ana@home"@example.com', '"***@example.com'],
  ['@example.com', '***@example.com'],
])('%s is shown as %s: enough to know oneself, too little to write to', (address, expected) => {
  expect(maskedAddress(address)).toBe(expected);
});
