const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that was put together by {@link html}: safe to insert as it is. */
export type SafeHtml = { readonly safe: string };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Puts HTML together; every value is escaped, unless it is HTML from here itself. Lists are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: (SafeHtml | readonly SafeHtml[] | string | number)[]
): SafeHtml {
  const render = (value: SafeHtml | readonly SafeHtml[] | string | number): string => {
    if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
    return 'safe' in value ? value.safe : value.map((element) => element.safe).join('');
  };
  const safe = parts.map((part, index) => {
    const value = values[index];
    return value === undefined ? part : part + render(value);
  });
  return { safe: safe.join('') };
}
