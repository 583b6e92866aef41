import { createHash } from 'node:crypto';
import type { Unsubscription } from './unsubscribe.ts';

/** A page as HTTP: nothing on it comes from elsewhere, and no script runs. */
export type Page = { status: number; headers: Record<string, string>; html: string };

const STYLE = `
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1a1f29;background:#f2f4f7}
main{max-width:34rem;margin:0 auto;padding:clamp(1.5rem,7vw,4rem) 1.25rem}
.card{background:#fff;border:1px solid #d0d5de;border-radius:.75rem;padding:clamp(1.25rem,5vw,2.25rem)}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25;text-wrap:balance}
p{margin:0 0 1rem}
dl{margin:0 0 1.5rem;padding:1rem;border-radius:.5rem;background:#f2f4f7}
dt{font-size:.875rem;color:#4b5565}
dd{margin:0 0 .75rem;font-weight:600;overflow-wrap:anywhere}
dd:last-child{margin-bottom:0}
button{width:100%;min-height:3rem;padding:.75rem 1.25rem;border:2px solid transparent;border-radius:.5rem;background:#9f1f1f;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:hover{background:#7d1616}
button:focus-visible,a:focus-visible{outline:3px solid #1d5fd1;outline-offset:3px}
.note{margin:1rem 0 0;font-size:.9375rem;color:#4b5565}
footer{margin-top:1.25rem;font-size:.875rem;color:#4b5565;text-align:center}
@media (prefers-color-scheme:dark){
body{color:#e7eaf0;background:#11151c}
.card{background:#1a202a;border-color:#36404f}
dl{background:#11151c}
dt,.note,footer{color:#aab4c3}
button{background:#f0a3a3;color:#2a0b0b}
button:hover{background:#f6bdbd}
button:focus-visible,a:focus-visible{outline-color:#8ab4ff}
a{color:#8ab4ff}
}
@media (forced-colors:active){button{border-color:ButtonText}}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // The address of the page is the right to unsubscribe: no cache keeps it, no other site learns it.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  'strict-transport-security': 'max-age=31536000',
};

/** The field that the button sends; one-click mail programs send their own. */
export const CONFIRM_FIELD = 'confirm';

/** The page of a link in its state. A locked recipient is told to ask `contact`. */
export function unsubscribePage(about: Unsubscription, contact: string | undefined): Page {
  switch (about.state) {
    case 'may-leave':
      return page(
        200,
        'Unsubscribe from these mails?',
        `<p>You are about to leave the mails of this destination. Nothing has changed yet.</p>
${facts(about)}
<form method="post"><button type="submit" name="${CONFIRM_FIELD}" value="yes">Unsubscribe</button></form>
<p class="note">You will get no alerts of this destination any more, whatever their severity. Its other recipients are told that you left.</p>`,
      );
    case 'left':
      return page(
        200,
        'You are unsubscribed',
        `<p>You get no more mail of this destination. A mail that is on its way already may still arrive.</p>
${facts(about)}
<p>Was it a mistake? ${ask('Whoever', contact)} can let you back in.</p>`,
      );
    case 'locked':
      return page(
        403,
        'You cannot leave these mails by yourself',
        `<p>Somebody in your organisation has decided that you are told about these alerts. Nothing has changed.</p>
${facts(about)}
<p>${ask('Whoever', contact)} can take you off the list.</p>`,
      );
    case 'gone':
      return page(
        200,
        'There is nothing to leave',
        '<p>You are no recipient of this destination any more: you get no mail of it.</p>',
      );
    case 'expired':
      return page(
        410,
        'This link has expired',
        `<p>Nothing has changed. Take the link of a newer mail, or ask: ${ask('whoever', contact)} can take you off the list.</p>`,
      );
    case 'invalid':
      return page(
        400,
        'This link is not complete',
        '<p>Nothing has changed. Open the link from the mail itself; when it was copied, a part of it may be missing.</p>',
      );
  }
}

/** The answer to a request that is neither a look nor a wish to leave, and to a failure of ours. */
export function refusedPage(status: 400 | 405 | 413 | 503): Page {
  const said = {
    400: 'The request did not say that you want to unsubscribe. Open the link again and press the button.',
    405: 'Open the link from the mail in a browser.',
    503: 'Something failed on our side. Try again in a minute.',
    413: 'The request was too large. Open the link again and press the button.',
  }[status];
  const refused = page(status, 'Nothing has changed', `<p>${said}</p>`);
  return status === 405 ? { ...refused, headers: { ...refused.headers, allow: 'GET, POST' } } : refused;
}

function facts(about: { destinationName: string; recipient: string }): string {
  return `<dl><dt>Destination</dt><dd>${escaped(about.destinationName)}</dd><dt>Your address</dt><dd>${escaped(about.recipient)}</dd></dl>`;
}

/** Names the operators, as the beginning of a sentence or inside of one. */
function ask(whoever: 'Whoever' | 'whoever', contact: string | undefined): string {
  const people = `${whoever} operates Tocsin in your organisation`;
  if (contact === undefined) return people;
  return `${people} (<a href="mailto:${escaped(encodeURI(contact))}">${escaped(contact)}</a>)`;
}

function page(status: number, title: string, body: string): Page {
  return {
    status,
    headers: HEADERS,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - Tocsin</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<div class="card">
<h1>${title}</h1>
${body}
</div>
<footer>Tocsin, a security-alert gateway</footer>
</main>
</body>
</html>
`,
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
