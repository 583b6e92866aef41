import type { Severity } from '../../../model/wire/severity.ts';

/** White words stand on these: every one has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3). */
export const SEVERITY_COLOURS: Readonly<Record<Severity, string>> = {
  critical: '#b3191f',
  high: '#b8470b',
  medium: '#8a5a00',
  low: '#1d5fa8',
  info: '#475467',
};
export const RESOLVED_COLOUR = '#176b30';

export const LIGHT = {
  page: '#eef0f3',
  card: '#ffffff',
  text: '#1a1d21',
  muted: '#545d68',
  line: '#d8dee4',
  link: '#0b57b0',
} as const;

export const DARK = {
  page: '#0f1215',
  card: '#1b1f24',
  text: '#e6e8eb',
  muted: '#a5adb6',
  line: '#3a424b',
  link: '#8ab8f5',
} as const;

function darkRules(prefix: string): string {
  return [
    `${prefix}.page { background-color: ${DARK.page} !important; }`,
    `${prefix}.card { background-color: ${DARK.card} !important; }`,
    `${prefix}.text { color: ${DARK.text} !important; }`,
    `${prefix}.muted { color: ${DARK.muted} !important; }`,
    `${prefix}.line { border-color: ${DARK.line} !important; }`,
    `${prefix}.link { color: ${DARK.link} !important; }`,
  ].join('\n');
}

/** For programs that ask the system, and for Outlook on phones and the web, which marks its own dark mode. */
export const DARK_RULES = `@media (prefers-color-scheme: dark) {
${darkRules('')}
}
${darkRules('[data-ogsc] ')}`;
