import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** What a real HTML parser makes of a page: its elements, the words between them, and what it complains about. */
export type ParsedHtml = {
  /** In order, with attributes: `td class="cell"`. */
  elements: string[];
  /** Words of the body, one entry per run of text. */
  texts: string[];
  comments: string[];
  errors: string[];
};

export function parsedHtml(html: string): ParsedHtml {
  const errors: string[] = [];
  const found: ParsedHtml = { elements: [], texts: [], comments: [], errors };
  const walk = (node: Node): void => {
    if (node.nodeName === '#text' && 'value' in node && node.value.trim() !== '')
      found.texts.push(node.value);
    if (node.nodeName === '#comment' && 'data' in node) found.comments.push(node.data);
    if ('tagName' in node) {
      const attributes = node.attrs.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).join('');
      found.elements.push(node.tagName + attributes);
      if (node.tagName === 'head') return;
    }
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(html, { onParseError: ({ code }) => errors.push(code) }));
  return found;
}

/** Words as a reader compares them: white space runs are one space. */
export function words(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
