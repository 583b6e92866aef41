import { describe, expect, it } from 'vitest';
import { isSameToken, refusalOf } from '../../../console/server/guard.ts';

const OWN = { host: '127.0.0.1:4040' };
const judged = (method: string, headers: Record<string, string>) =>
  refusalOf({ method, header: (name) => headers[name] })?.code;

describe('a request to the console', () => {
  it.each([
    ['the page, opened by hand', 'GET', OWN],
    [
      'the page, opened by a link from elsewhere',
      'GET',
      { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
    ['a read by the page', 'GET', { ...OWN, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
    ['a read by curl', 'GET', { host: 'localhost:4040' }],
    ['a read over IPv6', 'GET', { host: '[::1]:4040' }],
    [
      'a change by the page',
      'POST',
      {
        ...OWN,
        origin: 'http://127.0.0.1:4040',
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
      },
    ],
  ])('is answered: %s', (_, method, headers) => {
    expect(judged(method, headers)).toBeUndefined();
  });

  it.each([
    ['a name that was pointed at this machine', 'GET', { host: 'rebound.example:4040' }, 'foreign-host'],
    ['a name that begins like a loopback one', 'GET', { host: '127.0.0.1.evil.example' }, 'foreign-host'],
    ['no name at all', 'GET', {}, 'foreign-host'],
    ['another site reads', 'GET', { ...OWN, origin: 'https://evil.example' }, 'foreign-origin'],
    ['another port reads', 'GET', { ...OWN, origin: 'http://127.0.0.1:8080' }, 'foreign-origin'],
    ['an opaque origin reads, as a sandboxed frame has', 'GET', { ...OWN, origin: 'null' }, 'foreign-origin'],
    [
      'a picture on another site',
      'GET',
      { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      'foreign-origin',
    ],
    [
      'another port of this machine',
      'GET',
      { ...OWN, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      'foreign-origin',
    ],
    [
      'a form of another site',
      'POST',
      { ...OWN, origin: 'https://evil.example', 'content-type': 'application/json' },
      'foreign-origin',
    ],
    [
      'a form that is opened',
      'POST',
      { ...OWN, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      'foreign-origin',
    ],
    [
      'a change that says no origin',
      'POST',
      { ...OWN, 'content-type': 'application/json' },
      'foreign-origin',
    ],
    [
      'a change as a form can make it',
      'POST',
      { ...OWN, origin: 'http://127.0.0.1:4040', 'content-type': 'text/plain' },
      'wrong-content-type',
    ],
  ])('is refused: %s', (_, method, headers, code) => {
    expect(judged(method, headers)).toBe(code);
  });

  it('has a session with the whole token alone', () => {
    expect(isSameToken('secret', 'secret')).toBe(true);
    for (const given of [undefined, '', 'secre', 'secret1']) expect(isSameToken(given, 'secret')).toBe(false);
  });
});
