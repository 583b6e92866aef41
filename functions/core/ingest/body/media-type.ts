import { RecentMap } from '../../recent-map.ts';

/** `Content-Type` taken apart (RFC 9110, section 8.3.1): the type in lower case, and its parameters. */
type MediaType = { type: string; parameters: ReadonlyMap<string, string> };

const PARAMETER = /;\s*([\w!#$&^.+-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.){0,256})"|([^\s;"]{0,256}))/gu;
/** Longer ones say nothing that is needed. */
const MAX_HEADER_CHARACTERS = 1_024;

/** A source sends the same header again and again, and a request is asked about it four times. */
const recent = new RecentMap<string, MediaType>(100);

export function mediaTypeOf(header = ''): MediaType {
  const known = recent.get(header);
  if (known !== undefined) return known;
  const mediaType = read(header.slice(0, MAX_HEADER_CHARACTERS));
  if (header.length <= MAX_HEADER_CHARACTERS) recent.set(header, mediaType);
  return mediaType;
}

function read(text: string): MediaType {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain ?? '');
  }
  return { type: (text.split(/[;,]/u, 1)[0] ?? '').trim().toLowerCase(), parameters };
}
