import { mediaTypeOf } from './media-type.ts';

const DOCUMENT = /^\s*<(?:\?xml|!doctype|!--|html[\s>])/iu;
const ELEMENT = /^\s*<[A-Za-z_][\w:.-]*(?:[\s/][^<]*)?>/u;
const MARKUP_TYPE = /^(?:text\/html|(?:application|text)\/(?:[\w.-]+\+)?xml)$/u;

/**
 * Whether a text is XML or HTML. A line of syslog begins with `<34>`, which is neither; lines of text may each begin with `<`, so in
 * them only the beginning of a document counts.
 */
export function isMarkup(text: string, contentType: string | undefined, isLines: boolean): boolean {
  if (DOCUMENT.test(text)) return true;
  const isDeclared = MARKUP_TYPE.test(mediaTypeOf(contentType).type);
  return (isDeclared || !isLines) && ELEMENT.test(text.slice(0, 4_096)) && /[>]\s*$/u.test(text.slice(-256));
}
