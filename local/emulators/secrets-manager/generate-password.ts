import { randomInt } from 'node:crypto';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';
import { integerBetween, optionalText } from '../read-input.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A random password as `GetRandomPassword` and the property `GenerateSecretString` describe one; 32 characters unless told. */
export function generatePassword(input: JsonObject): string {
  const length = integerBetween(input, 'PasswordLength', { min: 1, max: 4096, fallback: 32 });
  const excluded = new Set(optionalText(input, 'ExcludeCharacters') ?? '');
  const kinds = [
    input['ExcludeLowercase'] === true ? '' : LOWER,
    input['ExcludeUppercase'] === true ? '' : LOWER.toUpperCase(),
    input['ExcludeNumbers'] === true ? '' : '0123456789',
    input['ExcludePunctuation'] === true ? '' : PUNCTUATION,
    input['IncludeSpace'] === true ? ' ' : '',
  ]
    .map((kind) => kind.split('').filter((character) => !excluded.has(character)))
    .filter((kind) => kind.length > 0);
  if (kinds.length === 0)
    throw new AwsError('InvalidParameterException', 'no characters are left to choose from');
  const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? '';
  const everyKind = input['RequireEachIncludedType'] !== false && length >= kinds.length;
  const password = Array.from({ length }, (_, index) =>
    pick((everyKind ? kinds[index] : undefined) ?? kinds.flat()),
  );
  for (let last = password.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [password[last], password[other]] = [password[other] ?? '', password[last] ?? ''];
  }
  return password.join('');
}
