import { html } from './html.ts';
import { page } from './layout.ts';
import type { LocalMail } from './read-mail.ts';

const IS_ID = /^[\w-]{1,128}$/u;

const readable = (sentAt: string): string => sentAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** The list of mails, newest first. */
export function mailListPage(mails: readonly LocalMail[]): string {
  const items = mails.map(
    (mail) =>
      html`<li>
        <a href="/local/mail/${mail.id}"
          ><strong>${mail.subject || '(no subject)'}</strong>
          <span class="line"
            ><span>to ${mail.to.join(', ')}</span
            ><time datetime="${mail.sentAt}">${readable(mail.sentAt)}</time></span
          ></a
        >
      </li>`,
  );
  const list =
    items.length === 0
      ? html`<p class="card empty">
          No mail yet. What SES is asked to send appears here; reload to look again.
        </p>`
      : html`<ul class="card mails">
          ${items}
        </ul>`;
  return page(
    'Mail',
    html`<h1>Mail</h1>
      <p class="soft">
        What SES was asked to send, newest first. Nothing leaves this machine. As JSON:
        <a href="/local/mail.json">mail.json</a>
      </p>
      ${list}`,
  );
}

/** The page of the console that a mail belongs to, where its headers name an alert or a delivery. An id is one word of letters, digits and hyphens. */
function storyOf({ headers }: LocalMail): { words: string; href: string } | undefined {
  const { 'x-tocsin-alert': alert = '', 'x-tocsin-delivery': delivery = '' } = headers;
  if (IS_ID.test(alert)) return { words: 'The story of this alert', href: `/#/alerts/${alert}` };
  if (IS_ID.test(delivery)) return { words: 'The story of this mail', href: `/#/deliveries/${delivery}` };
  return undefined;
}

/** One mail: its HTML part in a sandboxed frame, its text part, its headers; and the way to its story, where there is a console. */
export function mailPage(mail: LocalMail, { hasConsole }: { hasConsole: boolean }): string {
  const story = hasConsole ? storyOf(mail) : undefined;
  const headers = Object.entries(mail.headers).map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${value}</dd>`,
  );
  const htmlPart =
    mail.html === ''
      ? html`<p class="card empty">This mail has no HTML part.</p>`
      : html`<div class="card">
          <iframe sandbox title="HTML part" src="/local/mail/${mail.id}/html"></iframe>
        </div>`;
  const textPart =
    mail.text === ''
      ? html`<p class="card empty">This mail has no text part.</p>`
      : html`<div class="card"><pre>${mail.text}</pre></div>`;
  return page(
    mail.subject || '(no subject)',
    html`<p><a href="/local/mail">← All mail</a></p>
      <h1>${mail.subject || '(no subject)'}</h1>
      ${story === undefined ? html`` : html`<p><a href="${story.href}">${story.words}</a></p>`}
      <div class="card">
        <dl>
          <dt>From</dt>
          <dd>${mail.from}</dd>
          <dt>To</dt>
          <dd>${mail.to.join(', ')}</dd>
          <dt>Sent</dt>
          <dd>${readable(mail.sentAt)}</dd>
        </dl>
      </div>
      <h2>HTML</h2>
      ${htmlPart}
      <h2>Text</h2>
      ${textPart}
      <h2>Headers</h2>
      <div class="card"><dl>${headers}</dl></div>`,
  );
}
