import { escapeMarkup } from '../escape-markup.ts';

/** HTML that was put together by {@link html}: safe to insert as it is. */
export type SafeHtml = { readonly safe: string };

/** Puts HTML together; every value is escaped, unless it is HTML from here itself. Lists are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: (SafeHtml | readonly SafeHtml[] | string | number)[]
): SafeHtml {
  const render = (value: SafeHtml | readonly SafeHtml[] | string | number): string => {
    if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(String(value));
    return 'safe' in value ? value.safe : value.map((element) => element.safe).join('');
  };
  const safe = parts.map((part, index) => {
    const value = values[index];
    return value === undefined ? part : part + render(value);
  });
  return { safe: safe.join('') };
}
