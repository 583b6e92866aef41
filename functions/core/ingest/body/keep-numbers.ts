/** Nothing shorter than 16 digits, and nothing without an exponent, can be a number that would be lost. */
const SUSPECT = /\d{16}|(?:^|[:,[\s])-?\d+(?:\.\d+)?[eE]/u;
/** A JSON number (RFC 8259, section 6). */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
/**
 * JSON text in which every number that JavaScript would change beyond recognition is a string of its digits:
 * `9007199254740993`, which is an id somewhere, would become …992, and `1e999` would become null.
 *
 * A fraction may still lose digits behind its sixteenth, as everywhere in JavaScript. Text that is no JSON stays none.
 */
export function keepNumbers(text: string): string {
  if (!SUSPECT.test(text)) {
    return text;
  }
  let kept = '';
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfNumber(text, at);
      if (end > at && isLost(text.slice(at, end)) && !isFollowedByColon(text, end)) {
        kept += `${text.slice(copied, at)}"${text.slice(at, end)}"`;
        copied = end;
      }
      at = Math.max(end, at + 1);
    } else {
      at += 1;
    }
  }
  return copied === 0 ? text : kept + text.slice(copied);
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;

/** Behind the string that begins at `start`; the end of the text when it has no end. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) {
      slashes += 1;
    }
    if (slashes % 2 === 0) {
      return quote + 1;
    }
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  return NUMBER.test(text) ? NUMBER.lastIndex : start;
}

function isLost(number: string): boolean {
  const size = Math.abs(Number(number));
  return size > Number.MAX_SAFE_INTEGER || (size === 0 && /^-?[0.]*[1-9]/u.test(number));
}

/** Then it stands where a key belongs, and in quotes it would be one. */
function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (' \t\r\n'.includes(text.charAt(next)) && next < text.length) {
    next += 1;
  }
  return text.charAt(next) === ':';
}
