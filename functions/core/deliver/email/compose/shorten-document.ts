import type { Block, MailDocument } from './mail-document.ts';
import { ours } from './shown-text.ts';
import { startOf } from '../../../text/cut.ts';

/** Blocks below this many characters are never cut. */
const SMALL = 1000;

/** The document with only a share of what is long in it, and notes that say so; a share of 1 is the document. */
export function shortenDocument(document: MailDocument, share: number): MailDocument {
  if (share === 1) return document;
  return {
    ...document,
    sections: document.sections.map(({ heading, blocks }) => ({
      heading,
      blocks: blocks.flatMap((block) => shortenBlock(block, share)),
    })),
  };
}

function shortenBlock(block: Block, share: number): Block[] {
  switch (block.block) {
    case 'text':
    case 'note': {
      // The HTML part has the brief text, and the text part may be long.
      if ('brief' in block) return [block];
      const length = Math.max(SMALL, Math.ceil(block.text.length * share));
      if (block.text.length <= length) return [block];
      return [
        { ...block, text: ours(`${startOf(block.text, length)}…`) },
        leftOut('The rest of the text is'),
      ];
    }
    case 'steps': {
      const { kept, more } = firstOf(block.steps, share);
      return [{ ...block, steps: kept }, ...more];
    }
    case 'list': {
      const { kept, more } = firstOf(block.items, share);
      return [{ ...block, items: kept }, ...more];
    }
    case 'table': {
      if (block.isOnlyText === true) return [block];
      const { kept, more } = firstOf(block.rows, share);
      return [{ ...block, rows: kept }, ...more];
    }
  }
}

function firstOf<T>(entries: T[], share: number): { kept: T[]; more: Block[] } {
  const kept = entries.slice(0, Math.ceil(entries.length * share));
  const isSmall = JSON.stringify(entries).length <= SMALL;
  return isSmall || kept.length === entries.length
    ? { kept: entries, more: [] }
    : { kept, more: [leftOut(`${String(entries.length - kept.length)} more are`)] };
}

function leftOut(what: string): Block {
  return { block: 'note', text: ours(`${what} left out, because mail programs cut what is too long.`) };
}
