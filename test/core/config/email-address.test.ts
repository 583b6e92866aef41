import { describe, expect, it } from 'vitest';
import { emailAddressProblem } from '../../../functions/core/config/email-address.ts';

describe('an e-mail address', () => {
  it.each([
    'ana@example.com',
    "o'brien+alerts@mail.example.co.uk",
    'a@xn--bcher-kva.example',
    `${'a'.repeat(64)}@example.com`,
  ])('is taken: %s', (address) => {
    expect(emailAddressProblem(address)).toBeUndefined();
  });

  it.each([
    ['', 'is empty'],
    ['ana@example.com\r\nBcc: eve@example.com', 'line break'],
    ['ana@example.com\u2028', 'line break'],
    ['Ana <ana@example.com>', 'display name'],
    ['ana@example.com,eve@example.com', 'more than one'],
    ['ana@example.com;eve@example.com', 'more than one'],
    ['ana @example.com', 'white space'],
    ['ana', 'no e-mail address'],
    ['@example.com', 'no e-mail address'],
    ['ana@localhost', 'no e-mail address'],
    ['ana@-example.com', 'no e-mail address'],
    ['ana@example..com', 'no e-mail address'],
    ['a..b@example.com', 'no e-mail address'],
    ['ana@b\u00fccher.example', 'no e-mail address'],
    [`${'a'.repeat(65)}@example.com`, 'longer'],
    [
      `a@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(10)}.com`,
      'longer',
    ],
  ])('%j is refused: %s', (address, problem) => {
    expect(emailAddressProblem(address)).toContain(problem);
  });
});
