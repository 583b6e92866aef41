const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Whether a text can name a header: a token (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2). */
export function isHeaderName(text: string): boolean {
  return NAME.test(text);
}
