import type { AlertStatus } from '../../../model/wire/alert.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import type { Row } from './flatten-details.ts';
import type { LiveLink } from './live-links.ts';
import type { ShownText } from './shown-text.ts';

/** What a mail says, before it is HTML or text. Both are rendered from this alone; the text part leaves out nothing. */
export type MailDocument = {
  subject: string;
  severity: Severity;
  status: AlertStatus;
  /** The words of the coloured bar. */
  banner: ShownText;
  /** What happened and where. */
  title: ShownText;
  /** Below the title: what, where, since when, how often. */
  origin: ShownText;
  /** Where the sender shows the alert, when that may be opened from a mail. */
  action?: { words: ShownText; link: LiveLink };
  /** What an inbox shows after the subject. */
  preheader: ShownText;
  sections: Section[];
  footer: ShownText[];
  unsubscribe?: { label: ShownText; url: string };
};

export type Section = { heading: ShownText; blocks: Block[] };

/** One thing to do; where more about it is written, when that may be opened from a mail. */
export type Step = { words: ShownText; link?: LiveLink };

export type Block =
  | { block: 'text'; text: ShownText; brief?: ShownText }
  | { block: 'note'; text: ShownText }
  | { block: 'steps'; steps: Step[] }
  | { block: 'list'; items: ShownText[] }
  /** `isOnlyText`: rows that nobody reads on a phone; they stand in the text part alone. */
  | { block: 'table'; rows: Row[]; isOnlyText?: true };
