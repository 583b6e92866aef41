/** `scheme://authority`, whatever the scheme, with either kind of slash. */
const URL_WITH_AUTHORITY = /(?<![a-z0-9])([a-z][a-z0-9+.-]{0,40}):([/\\]{2})([^\s/?#\\]*)/giu;
/** Schemes that mail programs make clickable without `//`, and those that run something. */
const KNOWN_SCHEME =
  /(?<![a-z0-9])(https?|ftps?|file|mailto|tel|sms|sip|callto|skype|facetime|javascript|vbscript|data|blob|about|view-source|intent|market|magnet|bitcoin|ms-[a-z-]{1,40}|search-ms|ldap|smb|webcal|feed|cid|mid):/giu;
/** What is left of `scheme://` when letters without end stand before it. */
const SLASHES_AFTER_COLON = /:(?=[/\\]{2})/gu;
/** Outlook links `\\server\share`. */
const NETWORK_PATH = /(?<![\\\]\p{L}\p{N}])\\\\(?=[\p{L}\p{N}])/gu;
/** Labels joined by dots, also the full-width and ideographic ones that browsers take for dots. */
const DOTTED = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]+(?:[.。．｡][\p{L}\p{N}_-]+)+/gu;
/** An address that a path follows is a link; alone, or as a network (10.0.0.0/8), it is none. */
const ADDRESS_WITH_PATH = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?=(?::\d+)?\/(?!\d))/gu;

/** Endings of file names that are no top-level domain, so nobody links them. `sh`, `py`, `rs`, `zip` are domains. */
const FILE_ENDINGS = new Set(
  (
    'bat bin cfg class conf config cpp cs css csv dat dll dmp doc docx env exe go gz html htm ini jar java jpeg ' +
    'jpg js json jsx key kt lock log msi pcap pdf pem php plist png ps1 rb sql svg swift sys tar tf tgz tmp toml ' +
    'ts tsx txt vbs xls xlsx xml yaml yml'
  ).split(' '),
);

/**
 * The text with nothing left in it that a mail program would make a link of.
 *
 * `https://evil.example/a` → `hxxps[:]//evil[.]example/a` · `evil.example` → `evil[.]example` ·
 * `javascript:x` → `javascript[:]x`. Addresses without a scheme or path, file names and versions stay as they
 * are: they are no links, and a reader copies them.
 */
export function defang(text: string): string {
  return text
    .replace(URL_WITH_AUTHORITY, (_, scheme: string, slashes: string, authority: string) => {
      return `${inertScheme(scheme)}[:]${slashes}${bracketDots(authority)}`;
    })
    .replace(KNOWN_SCHEME, (_, scheme: string) => `${inertScheme(scheme)}[:]`)
    .replace(SLASHES_AFTER_COLON, '[:]')
    .replace(NETWORK_PATH, '[\\\\]')
    .replace(ADDRESS_WITH_PATH, bracketDots)
    .replace(DOTTED, (name) => (couldBeDomain(name) ? bracketDots(name) : name));
}

function inertScheme(scheme: string): string {
  return scheme.replace(/http/giu, 'hxxp').replace(/ftp/giu, 'fxp');
}

function bracketDots(text: string): string {
  return text.replace(/(?<!\[)[.。．｡](?!\])/gu, '[.]');
}

function couldBeDomain(name: string): boolean {
  const last =
    name
      .split(/[.。．｡]/u)
      .at(-1)
      ?.toLowerCase() ?? '';
  return /^(?:\p{L}{2,}|xn--[a-z0-9-]+)$/u.test(last) && !FILE_ENDINGS.has(last);
}
