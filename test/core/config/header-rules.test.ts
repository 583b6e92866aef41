import { describe, expect, it } from 'vitest';
import {
  headerNameProblem,
  headerValueProblem,
  isReservedForDelivery,
  isReservedForTransport,
} from '../../../functions/core/config/header-rules.ts';

describe('the name of a header', () => {
  it.each<[string, string | undefined]>([
    ['X-Signature', undefined],
    ['x'.repeat(128), undefined],
    ['x'.repeat(129), 'is longer than 128 characters'],
    ['X Signature', 'contains white space'],
    ['', 'is not a header name'],
    ['X-Signature:', 'is not a header name'],
    ['X-S\u00efgnature', 'is not a header name'],
  ])('%j: %s', (name, problem) => {
    if (problem === undefined) expect(headerNameProblem(name)).toBeUndefined();
    else expect(headerNameProblem(name)).toContain(problem);
  });

  it.each<[string, { credential: boolean; custom: boolean }]>([
    ['X-Signature', { credential: true, custom: true }],
    ['Authorization', { credential: true, custom: true }],
    ['Content-Length', { credential: false, custom: false }],
    ['Host', { credential: false, custom: false }],
    // Filled in by a client or on the way, and ours on the way out.
    ['User-Agent', { credential: false, custom: false }],
    ['X-Forwarded-For', { credential: false, custom: true }],
    ['Webhook-Signature', { credential: true, custom: false }],
    ['X-Panguard-Key', { credential: true, custom: false }],
  ])('%s may hold a sender’s credential, or be a custom header of a webhook: %j', (name, may) => {
    expect({ credential: !isReservedForTransport(name), custom: !isReservedForDelivery(name) }).toEqual(may);
  });
});

describe('the value of a header', () => {
  it.each<[string, string | undefined]>([
    ['a b\tc', undefined],
    [' ', 'is empty'],
    ['a'.repeat(4_097), 'is longer than 4096 characters'],
    ['a\r\nX: b', 'contains a line break'],
    ['a\0', 'contains characters outside printable ASCII'],
    ['\u00e4', 'contains characters outside printable ASCII'],
  ])('%j: %s, which never holds the value', (value, problem) => {
    expect(headerValueProblem(value)).toBe(problem);
  });
});
