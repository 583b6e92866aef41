/** `Content-Type` taken apart (RFC 9110, section 8.3.1): the type in lower case, and its parameters. */
type MediaType = { type: string; parameters: ReadonlyMap<string, string> };

const PARAMETER = /;\s*([\w!#$&^.+-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.){0,256})"|([^\s;"]{0,256}))/gu;
/** Longer ones say nothing that is needed. */
const MAX_HEADER_CHARACTERS = 1_024;

export function mediaTypeOf(header: string | undefined): MediaType {
  const text = (header ?? '').slice(0, MAX_HEADER_CHARACTERS);
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain ?? '');
  }
  return { type: (text.split(/[;,]/u, 1)[0] ?? '').trim().toLowerCase(), parameters };
}
