import { html } from './html.ts';
import type { SafeHtml } from './html.ts';

/** Allows nothing but our own style sheet and frames of our own pages. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A mail's HTML part: no scripts, no requests, no forms, only inside of our page. */
export const MAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** A whole page around its content. */
export function page(title: string, content: SafeHtml): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Tocsin local run</title>
        <link rel="stylesheet" href="/local/style.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">Tocsin</a><span class="badge">local run</span>
          <nav><a href="/local/mail">Mail</a></nav>
        </header>
        <main>${content}</main>
      </body>
    </html> `.safe;
}

export const STYLE = `:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #5b6675; --line: #dde2e9; --paper: #ffffff; --ground: #f4f6f9; --accent: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf2; --soft: #9aa6b5; --line: #2d3643; --paper: #171d26; --ground: #0f141b; --accent: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: inherit; }
header { display: flex; align-items: center; gap: .75rem; padding: .9rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; text-decoration: none; letter-spacing: .01em; }
.badge { font-size: .75rem; padding: .1rem .5rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft); white-space: nowrap; }
nav { margin-left: auto; }
main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.soft { color: var(--soft); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.mails { list-style: none; margin: 0; padding: 0; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: block; padding: .8rem 1rem; text-decoration: none; }
.mails a:hover, .mails a:focus-visible { background: var(--ground); }
.mails strong { display: block; overflow-wrap: anywhere; }
.mails .line { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; color: var(--soft); font-size: .875rem; }
.mails .line span { overflow-wrap: anywhere; }
.empty { padding: 2rem 1rem; text-align: center; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; padding: .8rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 34rem; border: 0; background: #fff; }
pre { margin: 0; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem 1rem; text-align: right; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
tr:first-child th { border-top: 0; }
th { font-weight: 600; color: var(--soft); font-size: .875rem; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 32rem) {
  main { padding: 1rem .75rem 3rem; }
  dl { grid-template-columns: 1fr; }
  dt { margin-top: .3rem; font-size: .8rem; }
  th, td { padding: .45rem .6rem; }
}
`;
