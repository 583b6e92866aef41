/** Shorter ones would blot out ordinary words. */
const MIN_SECRET = 8;
/** So many characters of a secret in a row are told apart from chance; a cut or split secret still has some. */
const RUN = 12;
/** Escapes inside of escapes: JSON in HTML in JSON. */
const ROUNDS = 3;
const MASK = '***';

/** One character of a text as it is read, and where it stands as it is written. */
type Read = { character: string; start: number; end: number };
type Range = { start: number; end: number };

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  sol: '/',
};
const JSON_ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
/**
 * The escapes of URLs, JSON (and scripts) and HTML, each read for itself: in `\\&quot;` the outer one is HTML's. Each is
 * bounded, so that a search is linear.
 */
const ESCAPES: RegExp[] = [
  /^%(?<code>[0-9a-f]{2})/iu,
  /^\\(?:u(?<code>[0-9a-f]{4})|x(?<code>[0-9a-f]{2})|(?<plain>[^ux]))/iu,
  /^&(?:#x(?<code>[0-9a-f]{1,6})|#(?<decimal>[0-9]{1,7})|(?<named>[a-z]{2,5}));/iu,
];
const LONGEST_ESCAPE = 10;

/**
 * A text of the far side without the secrets that we told it, however it repeats them: as they are, cut off, in parts,
 * in another case; escaped as in a URL, in JSON or in HTML, also one in the other; in base64 or hex, also in the middle of
 * something longer.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secretsMask(secrets)(text);
}

/** The same for many texts: what to look for is worked out once, which costs more than a short text does. */
export function secretsMask(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= MIN_SECRET);
  let needles: Needles | undefined;
  return (text) => {
    // No form of a secret is shorter, and an escape is longer than what it stands for.
    if (long.length === 0 || text.length < MIN_SECRET) return text;
    needles ??= needlesOf(long);
    return masked(text, long, needles);
  };
}

function masked(text: string, long: readonly string[], needles: Needles): string {
  const ranges: Range[] = [];
  let views = [asWritten(text)];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const view of views) ranges.push(...found(view, needles), ...found(squeezed(view), needles));
    views = views.flatMap((view) =>
      ESCAPES.map((escape) => unescaped(view, escape)).filter(({ length }) => length < view.length),
    );
  }
  const tail = tailRange(text, long);
  return withMasks(text, tail === undefined ? ranges : [...ranges, tail]);
}

/** What to look for, in lower case: short secrets whole, and every run of characters of the long ones. */
type Needles = { whole: string[]; runs: Set<string> };

function needlesOf(secrets: readonly string[]): Needles {
  const whole: string[] = [];
  const runs = new Set<string>();
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      if (form.length < RUN) whole.push(form);
      for (let at = 0; at + RUN <= form.length; at += 1) runs.add(form.slice(at, at + RUN));
    }
  }
  return { whole, runs };
}

/** A secret, and what it looks like in hex and in base64, there also behind one or two other bytes. */
function formsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Set([secret, bytes.toString('latin1'), bytes.toString('hex')]);
  for (const before of [0, 1, 2]) {
    // The characters at both ends depend on the neighbours too.
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = encoded.slice(before === 0 ? 0 : before + 1).replace(/.?={1,2}$/u, '');
    for (const form of [own, own.replaceAll('+', '-').replaceAll('/', '_')]) {
      if (form.length >= MIN_SECRET) forms.add(form);
    }
  }
  return new Set([...forms].map((form) => form.toLowerCase()));
}

function asWritten(text: string): Read[] {
  return Array.from({ length: text.length }, (_, at) => ({
    character: text.charAt(at).toLowerCase(),
    start: at,
    end: at + 1,
  }));
}

/** Without what dumps and line breaks put between: `61:62 63`. */
function squeezed(view: readonly Read[]): Read[] {
  return view.filter(({ character }) => !/[\s:,\ufffd]/u.test(character));
}

/** With the escapes of one kind read. */
function unescaped(view: readonly Read[], kind: RegExp): Read[] {
  const read: Read[] = [];
  for (let at = 0; at < view.length;) {
    const here = view[at]!;
    const escape = /[%&\\]/u.test(here.character) ? escapeAt(view, at, kind) : undefined;
    const last = view[at + (escape?.length ?? 1) - 1] ?? here;
    read.push({ character: escape?.character ?? here.character, start: here.start, end: last.end });
    at += escape?.length ?? 1;
  }
  return read;
}

function escapeAt(
  view: readonly Read[],
  at: number,
  kind: RegExp,
): { character: string; length: number } | undefined {
  const ahead = view
    .slice(at, at + LONGEST_ESCAPE)
    .map(({ character }) => character)
    .join('');
  const match = kind.exec(ahead);
  if (match === null) return undefined;
  const { code, decimal, plain, named } = match.groups ?? {};
  let character = named === undefined ? undefined : NAMED[named];
  if (code !== undefined) character = fromCode(Number.parseInt(code, 16));
  else if (decimal !== undefined) character = fromCode(Number(decimal));
  else if (plain !== undefined) character = JSON_ESCAPES[plain] ?? plain;
  return character === undefined
    ? undefined
    : { character: character.toLowerCase(), length: match[0].length };
}

function fromCode(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\ufffd';
}

function found(view: readonly Read[], { whole, runs }: Needles): Range[] {
  // One entry for each character read: one of several code units would shift what stands behind it.
  const text = view.map(({ character }) => (character.length === 1 ? character : '\ufffd')).join('');
  const ranges: Range[] = [];
  const add = (at: number, length: number): void => {
    ranges.push({ start: view[at]?.start ?? 0, end: view[at + length - 1]?.end ?? 0 });
  };
  for (let at = 0; at + RUN <= text.length; at += 1) if (runs.has(text.slice(at, at + RUN))) add(at, RUN);
  for (const needle of whole) {
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) add(at, needle.length);
  }
  return ranges;
}

/** The beginning of a secret that is cut off where the text ends. */
function tailRange(text: string, secrets: readonly string[]): Range | undefined {
  const lengths = secrets.flatMap((secret) => {
    for (let length = Math.min(secret.length - 1, text.length, RUN); length >= MIN_SECRET; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return [length];
    }
    return [];
  });
  return lengths.length === 0 ? undefined : { start: text.length - Math.max(...lengths), end: text.length };
}

function withMasks(text: string, ranges: readonly Range[]): string {
  let shown = '';
  let from = 0;
  let maskedTo = -1;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (end <= from) continue;
    if (start > from || maskedTo < 0) shown += text.slice(from, Math.max(start, from)) + MASK;
    from = end;
    maskedTo = end;
  }
  return shown + text.slice(from);
}
