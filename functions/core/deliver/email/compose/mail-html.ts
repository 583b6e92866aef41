import { escapeAttribute, escapeText, webAddress } from './escape.ts';
import { DARK_RULES, LIGHT, SEVERITY_COLOURS, RESOLVED_COLOUR } from './mail-palette.ts';
import type { Row } from './flatten-details.ts';
import type { LiveLink } from './live-links.ts';
import type { Block, MailDocument, Step } from './mail-document.ts';

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

/**
 * The HTML part: tables and inline styles, because Outlook renders with Word and Gmail drops what it does not know.
 *
 * No script, no image, nothing from elsewhere. A link is our own, or was judged by `live-links.ts`.
 */
export function mailHtml(document: MailDocument): string {
  const bar = barColour(document);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${escapeText(document.subject)}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .pad { padding-left: 18px !important; padding-right: 18px !important; }
  .outer { padding: 0 !important; }
  .cell { display: block !important; width: auto !important; }
  .label { padding-bottom: 0 !important; border-bottom: 0 !important; }
  .value { padding-top: 0 !important; }
}
${DARK_RULES}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:${LIGHT.page}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeText(document.preheader)}</div>
<table ${TABLE} class="page" width="100%" style="background-color:${LIGHT.page}"><tr><td class="outer" align="center" style="padding:24px 12px">
<!--[if mso]><table ${TABLE} width="640"><tr><td><![endif]-->
<table ${TABLE} class="card" width="100%" style="max-width:640px;background-color:${LIGHT.card};${FONT};color:${LIGHT.text};text-align:left">
<tr><td class="pad" bgcolor="${bar}" style="padding:14px 28px;background-color:${bar};color:#ffffff;font-size:15px;font-weight:700;letter-spacing:0.06em">${escapeText(document.banner)}</td></tr>
<tr><td class="pad" style="padding:22px 28px 4px 28px">
<h1 dir="auto" class="text" style="margin:0 0 6px 0;font-size:22px;line-height:1.3;font-weight:700;color:${LIGHT.text};word-break:break-word;overflow-wrap:anywhere">${escapeText(document.title)}</h1>
<p class="muted" style="margin:0;font-size:14px;line-height:1.5;color:${LIGHT.muted};word-break:break-word">${escapeText(document.origin)}</p>${renderAction(document)}
</td></tr>
${document.sections.map(({ heading, blocks }) => renderSection(heading, blocks)).join('\n')}
<tr><td class="pad" style="padding:28px 28px 24px 28px">
<table ${TABLE} width="100%"><tr><td class="line muted" style="border-top:1px solid ${LIGHT.line};padding-top:14px;font-size:12px;line-height:1.6;color:${LIGHT.muted};word-break:break-word">
${renderFooter(document)}
</td></tr></table>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`;
}

/** Green says that it is over; dismissed is no good news, and no alarm either. */
function barColour({ status, severity }: MailDocument): string {
  if (status === 'firing') return SEVERITY_COLOURS[severity];
  return status === 'resolved' ? RESOLVED_COLOUR : SEVERITY_COLOURS.info;
}

function renderSection(heading: string, blocks: Block[]): string {
  return `<tr><td class="pad" style="padding:20px 28px 0 28px">
<h2 class="text" style="margin:0 0 8px 0;font-size:16px;line-height:1.4;font-weight:700;color:${LIGHT.text}">${escapeText(heading)}</h2>
${blocks.map(renderBlock).join('\n')}
</td></tr>`;
}

const PROSE = `font-size:15px;line-height:1.55;color:${LIGHT.text};word-break:break-word;overflow-wrap:anywhere`;

function renderBlock(block: Block): string {
  switch (block.block) {
    case 'text':
      return `<p dir="auto" class="text" style="margin:0 0 8px 0;${PROSE}">${lines(block.brief ?? block.text)}</p>`;
    case 'note':
      return `<p class="muted" style="margin:8px 0 0 0;font-size:13px;line-height:1.5;color:${LIGHT.muted}">${lines(block.text)}</p>`;
    case 'steps':
      return `<ol class="text" style="margin:0;padding:0 0 0 24px;${PROSE}">${renderItems(block.steps.map(renderStep))}</ol>`;
    case 'list':
      return `<ul class="text" style="margin:0;padding:0 0 0 22px;${PROSE}">${renderItems(block.items.map(lines))}</ul>`;
    case 'table':
      if (block.isOnlyText === true) return '';
      return `<table ${TABLE} width="100%" style="table-layout:fixed">
${block.rows.map((row, index) => renderRow(row, index === block.rows.length - 1)).join('\n')}
</table>`;
  }
}

/** @param items markup already */
function renderItems(items: string[]): string {
  return items.map((item) => `<li dir="auto" style="margin:0 0 6px 0">${item}</li>`).join('');
}

function renderStep({ words, link }: Step): string {
  return link === undefined ? lines(words) : `${lines(words)}: ${anchor(link)}`;
}

/** The one thing to tap: large enough for a thumb. */
function renderAction({ action }: MailDocument): string {
  if (action === undefined) return '';
  return `
<p class="text" style="margin:12px 0 0 0;font-size:15px;line-height:1.5;font-weight:700;color:${LIGHT.text}">${escapeText(action.words)}: ${anchor(action.link)}</p>`;
}

function anchor({ label, url }: LiveLink): string {
  return `<a href="${escapeAttribute(url)}" class="link" style="color:${LIGHT.link};text-decoration:underline">${escapeText(label)}</a>`;
}

function renderRow({ label, value, brief, link }: Row, isLast: boolean): string {
  const line = isLast ? '' : `border-bottom:1px solid ${LIGHT.line};`;
  const cell = `padding:7px 0;${line}font-size:14px;line-height:1.5;vertical-align:top;word-break:break-word;overflow-wrap:anywhere`;
  return (
    `<tr><td class="cell label line muted" width="34%" style="${cell};padding-right:14px;color:${LIGHT.muted}">${escapeText(label)}</td>` +
    `<td dir="auto" class="cell value line text" style="${cell};color:${LIGHT.text}">${link === undefined ? lines(brief ?? value) : anchor(link)}</td></tr>`
  );
}

function renderFooter({ footer, unsubscribe }: MailDocument): string {
  const words = footer.map(lines);
  if (unsubscribe !== undefined) {
    const href = escapeAttribute(webAddress(unsubscribe.url));
    words.push(
      `<a href="${href}" class="link" style="color:${LIGHT.link};text-decoration:underline">${escapeText(unsubscribe.label)}</a>`,
    );
  }
  return words.join('<br>\n');
}

/** Word knows no `white-space: pre-line`. */
function lines(text: string): string {
  return escapeText(text).replaceAll('\n', '<br>');
}
