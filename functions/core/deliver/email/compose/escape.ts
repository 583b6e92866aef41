const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** For text between tags. */
export function escapeText(value: string): string {
  return value.replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}

/** For an attribute's value inside quotes of either kind. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

/**
 * A web address of our own as it may stand in a header or an `href`: ASCII, without white space, quotes and angle
 * brackets.
 *
 * @throws TypeError for anything but an http or https address: it never comes from an alert, so it is a bug.
 */
export function webAddress(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('the unsubscribe address is no http or https address');
  }
  return url.href
    .replaceAll("'", '%27')
    .replaceAll('`', '%60')
    .replace(/[^!#-;=?-~]/g, encodeURIComponent);
}

/** One line of printable ASCII, whatever came in: `?` stands for the rest. */
export function headerText(value: string, maxCharacters = 200): string {
  return value
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim()
    .slice(0, maxCharacters);
}
