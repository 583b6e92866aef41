import { TOP_LEVEL_DOMAINS } from './top-level-domains.ts';

/** `scheme://authority`, whatever the scheme, with either kind of slash. */
const URL_WITH_AUTHORITY = /(?<![a-z0-9])([a-z][a-z0-9+.-]{0,40}):([/\\]{2})([^\s/?#\\]*)/giu;
/** Schemes that mail programs make clickable without `//`, and those that run something. */
const KNOWN_SCHEME =
  /(?<![a-z0-9])(https?|ftps?|mailto|javascript|vbscript|view-source|ms-[a-z-]{1,40}|search-ms|ldap|smb|callto|cid):/giu;
/** Schemes that are words as well: `No data: the rule …` is a sentence. */
const WORD_SCHEME =
  /(?<![a-z0-9])(about|bitcoin|blob|data|facetime|feed|file|intent|magnet|market|mid|sip|skype|sms|tel|webcal):(?=\S)/giu;
/** What is left of `scheme://` when letters without end stand before it. */
const SLASHES_AFTER_COLON = /:(?=[/\\]{2})/gu;
/** Outlook links `\\server\share`. */
const NETWORK_PATH = /(?<![\\\]\p{L}\p{N}])\\\\(?=[\p{L}\p{N}])/gu;
/** Labels joined by dots, also the full-width and ideographic ones that browsers take for dots; and what stands before. */
const DOTTED = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]+(?:[.。．｡][\p{L}\p{N}_-]+)+/gu;
/** An address that a path follows is a link; alone, or as a network (10.0.0.0/8), it is none. */
const ADDRESS_WITH_PATH = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?=(?::\d+)?\/(?!\d))/gu;

/**
 * The ends of names that mail programs link: the top-level domains, and `example`, which is nobody's, so that documentation
 * shows what happens.
 */
const LINKED_ENDINGS = new Set([...TOP_LEVEL_DOMAINS, 'example']);
/**
 * Endings of files that are top-level domains too. Behind a path such a name is a file: link finders start at no single slash
 * (linkify-it, which mail programs use, and Google's). Alone, `setup.sh` is linked, and is taken apart.
 */
const FILE_OR_DOMAIN = new Set(['cc', 'md', 'mov', 'pl', 'ps', 'py', 'rs', 'sh', 'so', 'zip']);

/**
 * The text with nothing left in it that a mail program would make a link of.
 *
 * `https://evil.example/a` → `hxxps[:]//evil[.]example/a` · `evil.example` → `evil[.]example` ·
 * `javascript:x` → `javascript[:]x`. What no mail program links stays as it is, because a reader copies it: addresses without a
 * scheme or path, files, versions, kinds of instances (`t3.small`), types of alerts.
 */
export function defang(text: string): string {
  return text
    .replace(URL_WITH_AUTHORITY, (_, scheme: string, slashes: string, authority: string) => {
      return `${inertScheme(scheme)}[:]${slashes}${bracketDots(authority)}`;
    })
    .replace(KNOWN_SCHEME, (_, scheme: string) => `${inertScheme(scheme)}[:]`)
    .replace(WORD_SCHEME, (_, scheme: string) => `${scheme}[:]`)
    .replace(SLASHES_AFTER_COLON, '[:]')
    .replace(NETWORK_PATH, '[\\\\]')
    .replace(ADDRESS_WITH_PATH, bracketDots)
    .replace(DOTTED, (name, offset: number, whole: string) =>
      isLinked(name, whole.slice(Math.max(0, offset - 2), offset)) ? bracketDots(name) : name,
    );
}

function inertScheme(scheme: string): string {
  return scheme.replace(/http/giu, 'hxxp').replace(/ftp/giu, 'fxp');
}

function bracketDots(text: string): string {
  return text.replace(/(?<!\[)[.。．｡](?!\])/gu, '[.]');
}

/** Whether a mail program links a dotted name that stands behind these two characters. */
function isLinked(name: string, before: string): boolean {
  // Browsers look up every name that begins so.
  if (/^www[.。．｡]/iu.test(name)) return true;
  const last =
    name
      .split(/[.。．｡]/u)
      .at(-1)
      ?.toLowerCase() ?? '';
  if (FILE_OR_DOMAIN.has(last) && /[^/\\][/\\]$/u.test(before)) return false;
  const isForeign = /[^\p{ASCII}]/u.test(last) && /^[\p{L}\p{M}]+$/u.test(last);
  return LINKED_ENDINGS.has(last) || isForeign || /^xn--[a-z0-9-]+$/u.test(last);
}
