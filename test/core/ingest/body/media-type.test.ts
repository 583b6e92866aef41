import { describe, expect, it } from 'vitest';
import { isMarkup } from '../../../../functions/core/ingest/body/markup.ts';
import { mediaTypeOf } from '../../../../functions/core/ingest/body/media-type.ts';

describe('a media type', () => {
  it.each<[string | undefined, string, Record<string, string>]>([
    [undefined, '', {}],
    ['Application/JSON', 'application/json', {}],
    ['text/plain; charset=UTF-8', 'text/plain', { charset: 'UTF-8' }],
    ['text/plain ;Charset = "utf-8"', 'text/plain', { charset: 'utf-8' }],
    ['multipart/form-data; boundary="a\\"b;c"', 'multipart/form-data', { boundary: 'a"b;c' }],
    ['application/json, text/plain', 'application/json', {}],
    ['; charset=utf-8', '', { charset: 'utf-8' }],
    [`a/b; c=${'d'.repeat(2_000)}`, 'a/b', { c: 'd'.repeat(256) }],
  ])('of %j', (header, type, parameters) => {
    const read = mediaTypeOf(header);
    expect({ type: read.type, parameters: Object.fromEntries(read.parameters) }).toEqual({
      type,
      parameters,
    });
    expect(mediaTypeOf(header)).toEqual(read);
  });
});

describe('markup', () => {
  it.each<[string, string | undefined, boolean, boolean]>([
    ['<?xml version="1.0"?><a/>', undefined, true, true],
    [' <!DOCTYPE html><html>', undefined, true, true],
    ['<html lang="en">', undefined, true, true],
    ['<alert><id>1</id></alert>', undefined, false, true],
    ['<alert><id>1</id></alert>', 'application/xml', true, true],
    ['<alert><id>1</id></alert>', 'application/soap+xml; charset=utf-8', true, true],
    ['<alert>\n<alert>', undefined, true, false],
    ['<34>Oct 11 22:14:15 host su: failed', undefined, false, false],
    ['<htmlish> is no tag', undefined, true, false],
    ['a < b', 'text/html', false, false],
    ['', 'text/xml', false, false],
  ])('%j as %s, in lines: %s: %s', (text, contentType, isLines, is) => {
    expect(isMarkup(text, contentType, isLines)).toBe(is);
  });
});
