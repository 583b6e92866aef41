import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mailbox } from '../emulators/ses/mailbox.ts';
import { pathOf } from '../gateway/request-path.ts';
import { indexPage } from './index-page.ts';
import type { QueueState } from './index-page.ts';
import { MAIL_POLICY, page, PAGE_POLICY, STYLE } from './layout.ts';
import { html } from './html.ts';
import { mailListPage, mailPage } from './mail-pages.ts';
import { readMail } from './read-mail.ts';
import type { LocalMail } from './read-mail.ts';

type Page = { status: number; type: string; policy: string; text: string };

const LIST_AT_MOST = 500;

const asHtml = (text: string, status = 200): Page => ({
  status,
  type: 'text/html; charset=utf-8',
  policy: PAGE_POLICY,
  text,
});
const asJson = (value: unknown): Page => ({
  status: 200,
  type: 'application/json',
  policy: PAGE_POLICY,
  text: `${JSON.stringify(value, undefined, 2)}\n`,
});

/** Whether a request is for the console, where there is one. */
export function isConsolePage(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === '/' || path.startsWith('/console/');
}

/** Whether a request is for the pages of the local run itself, and not for the stack's API. */
export function isLocalPage(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === '/' || path === '/local' || path.startsWith('/local/');
}

/** The pages and JSON documents under `/local`, and the index page. */
export function createLocalPages(parts: {
  mailbox: Mailbox;
  queues(): QueueState[];
  ingestUrl: string;
  functions: readonly string[];
  /** Whether a console answers at `/`. */
  hasConsole: boolean;
}) {
  const { mailbox } = parts;
  const mails = (): Promise<LocalMail[]> => Promise.all(mailbox.newest(LIST_AT_MOST).map(readMail));

  async function find(path: string): Promise<Page | undefined> {
    if (path === '/' || path === '/local' || path === '/local/') {
      return asHtml(indexPage({ ...parts, queues: parts.queues() }));
    }
    if (path === '/local/style.css') {
      return { status: 200, type: 'text/css; charset=utf-8', policy: PAGE_POLICY, text: STYLE };
    }
    if (path === '/local/queues.json') return asJson(parts.queues());
    if (path === '/local/mail.json') return asJson(await mails());
    if (path === '/local/mail') return asHtml(mailListPage(await mails()));
    const match = /^\/local\/mail\/(\d{1,15})(\/html)?$/.exec(path);
    const stored = match === null ? undefined : mailbox.find(Number(match[1]));
    if (stored === undefined) return undefined;
    const mail = await readMail(stored);
    if (match?.[2] === undefined) return asHtml(mailPage(mail, parts));
    return { ...asHtml(mail.html), policy: MAIL_POLICY };
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const path = pathOf(request);
    const found = isRead ? await find(path) : undefined;
    const status = isRead ? 404 : 405;
    const answer = found ?? asHtml(page('Not found', html`<h1>Nothing is here</h1>`), status);
    response.writeHead(answer.status, {
      'cache-control': 'no-store',
      'content-length': String(Buffer.byteLength(answer.text)),
      'content-security-policy': answer.policy,
      'content-type': answer.type,
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(answer.status === 405 && { allow: 'GET, HEAD' }),
    });
    response.end(request.method === 'HEAD' ? undefined : answer.text);
  };
}
