import { assert, property, string } from 'fast-check';
import { expect, it, test } from 'vitest';
import { CONFIRM_FIELD } from '../../../functions/core/recipients/unsubscribe-page.ts';
import { unsubscribeWish } from '../../../functions/core/recipients/unsubscribe-wish.ts';
import { anyCharacter } from '../../any-character.ts';

const FORM = 'application/x-www-form-urlencoded';
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

it.each([
  ['a mail program, as a form', 'List-Unsubscribe=One-Click', FORM, 'one-click'],
  ['in any case', 'list-unsubscribe=ONE-CLICK', FORM, 'one-click'],
  [
    'as multipart',
    `${part('List-Unsubscribe', 'One-Click')}--b--`,
    'multipart/form-data; boundary=b',
    'one-click',
  ],
  [
    'with a quoted boundary',
    `${part('List-Unsubscribe', 'One-Click')}--b--`,
    'Multipart/Form-Data; boundary="b"',
    'one-click',
  ],
  ['the button of the page', `${CONFIRM_FIELD}=yes`, FORM, 'page'],
  ['the button, not pressed', `${CONFIRM_FIELD}=no`, FORM, undefined],
  ['something else', 'a=b', FORM, undefined],
  ['nothing', '', FORM, undefined],
  ['multipart without a boundary', part('List-Unsubscribe', 'One-Click'), 'multipart/form-data', undefined],
])('the wish of %s', (_, body, contentType, expected) => {
  expect(unsubscribeWish(body, contentType)).toBe(expected);
});

test('no body is a fault of ours', () => {
  assert(
    property(string({ unit: anyCharacter }), string(), (body, contentType) => {
      expect(['page', 'one-click', undefined]).toContain(unsubscribeWish(body, contentType));
      expect(['page', 'one-click', undefined]).toContain(
        unsubscribeWish(body, `multipart/form-data; boundary=${contentType}`),
      );
    }),
  );
});
