import type { Severity } from '../../../model/wire/severity.ts';
import type { Row } from './flatten-details.ts';
import type { ShownText } from './shown-text.ts';

/** What a mail says, before it is HTML or text. Both are rendered from this alone, so neither says more. */
export type MailDocument = {
  subject: string;
  severity: Severity;
  isResolved: boolean;
  /** The words of the coloured bar. */
  banner: ShownText;
  /** Above the title: where it comes from. */
  origin: ShownText;
  title: ShownText;
  /** What an inbox shows after the subject. */
  preheader: ShownText;
  sections: Section[];
  footer: ShownText[];
  unsubscribe?: { label: ShownText; url: string };
};

export type Section = { heading: ShownText; blocks: Block[] };

export type Block =
  | { block: 'text'; text: ShownText }
  | { block: 'note'; text: ShownText }
  | { block: 'steps'; steps: ShownText[] }
  | { block: 'list'; items: ShownText[] }
  | { block: 'table'; rows: Row[] };
