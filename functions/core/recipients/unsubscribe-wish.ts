import { CONFIRM_FIELD } from './unsubscribe-page.ts';

const ONE_CLICK = 'list-unsubscribe';

/**
 * How a POST says that it wants to unsubscribe: `page` by our own button, `one-click` by a mail program, which sends
 * `List-Unsubscribe=One-Click` as a form or as multipart (RFC 8058, section 3.1). Undefined says nothing of the kind.
 */
export function unsubscribeWish(body: string, contentType: string): 'page' | 'one-click' | undefined {
  const fields = /^multipart\/form-data/i.test(contentType.trim())
    ? multipartFields(body, contentType)
    : [...new URLSearchParams(body)];
  for (const [name, value] of fields) {
    if (name.toLowerCase() === ONE_CLICK && value.trim().toLowerCase() === 'one-click') return 'one-click';
    if (name === CONFIRM_FIELD && value === 'yes') return 'page';
  }
  return undefined;
}

/** The plain fields of a multipart body (RFC 7578). A malformed part is no field. */
function multipartFields(body: string, contentType: string): [name: string, value: string][] {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return [];
  return body
    .split(`--${boundary}`)
    .slice(1)
    .flatMap((part): [string, string][] => {
      const end = /\r?\n\r?\n/.exec(part);
      if (end === null) return [];
      const name = /^content-disposition:[^\r\n]*;\s*name="?([^";\r\n]+)"?/im.exec(
        part.slice(0, end.index),
      )?.[1];
      return name === undefined ? [] : [[name, part.slice(end.index + end[0].length).trim()]];
    });
}
