import { SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { parse } from 'parse5';
import { expect, test } from 'vitest';
import type { LocalRun } from '../../../local/local-run-options.ts';
import { clientSettings, runFixture } from '../fixture-stack.ts';

type Node = { nodeName: string; attrs?: { name: string; value: string }[]; childNodes?: Node[] };

/** Every element of a document, as a browser would build it. */
function elements(html: string): Node[] {
  const all: Node[] = [];
  const walk = (node: Node): void => {
    all.push(node);
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(parse(html) as Node);
  return all;
}

const names = (html: string): Set<string> => new Set(elements(html).map((node) => node.nodeName));

async function sendMail(run: LocalRun, headers: string[], body = '<p>Hello</p>'): Promise<void> {
  const mime = [
    'From: alerts@example.com',
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: text/html',
    '',
    body,
  ];
  await new SESClient(clientSettings(run)).send(
    new SendRawEmailCommand({
      Destinations: ['ops@example.com'],
      RawMessage: { Data: Buffer.from(mime.join('\r\n')) },
    }),
  );
}

test('lists mails newest first, as a page and as JSON', async () => {
  const run = await runFixture();
  await sendMail(run, ['Subject: older']);
  await sendMail(run, ['Subject: younger', 'X-A: 1', 'X-A: 2']);
  const list = await (await fetch(`${run.url}/local/mail`)).text();
  expect(list.indexOf('younger')).toBeLessThan(list.indexOf('older'));
  const json = (await (await fetch(`${run.url}/local/mail.json`)).json()) as Record<string, unknown>[];
  expect(json).toMatchObject([
    {
      from: 'alerts@example.com',
      to: ['ops@example.com'],
      subject: 'younger',
      html: expect.stringContaining('<p>Hello</p>') as string,
      headers: { 'x-a': '1, 2' },
      raw: expect.stringContaining('Subject: younger') as string,
      sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    },
    { subject: 'older' },
  ]);
});

test('what a mail contains stays text on our pages, and is fenced in where it is HTML', async () => {
  const run = await runFixture();
  const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  await sendMail(run, [`Subject: ${attack}`, `X-Evil: ${attack}`], `<script>alert(2)</script>`);
  const [mail] = await run.mails();
  for (const path of ['/local/mail', `/local/mail/${mail?.id}`]) {
    const answer = await fetch(run.url + path);
    const text = await answer.text();
    expect(names(text)).not.toContain('script');
    expect(names(text)).not.toContain('img');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; frame-src 'self'/,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
  const page = await (await fetch(`${run.url}/local/mail/${mail?.id}`)).text();
  const frame = elements(page).find((node) => node.nodeName === 'iframe');
  expect(frame?.attrs).toContainEqual({ name: 'sandbox', value: '' });
  expect(frame?.attrs).toContainEqual({ name: 'src', value: `/local/mail/${mail?.id}/html` });
  const html = await fetch(`${run.url}/local/mail/${mail?.id}/html`);
  expect(html.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  expect(await html.text()).toContain('<script>alert(2)</script>');
});

test('no page needs anything from elsewhere', async () => {
  const run = await runFixture();
  await sendMail(run, ['Subject: x']);
  const [mail] = await run.mails();
  for (const path of ['/', '/local/mail', `/local/mail/${mail?.id}`]) {
    const text = await (await fetch(run.url + path)).text();
    const links = elements(text).flatMap((node) =>
      (node.attrs ?? []).filter(({ name }) => name === 'src' || name === 'href'),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const { value } of links) expect(value).toMatch(/^\/[^/]?/);
  }
});

test('the index page says what runs, and queues.json how deep the queues are', async () => {
  const run = await runFixture();
  const index = await (await fetch(run.url)).text();
  for (const word of ['Fixture-api', 'Fixture-work', `${run.url}/v1/ingest/{sourceId}`, '/local/mail']) {
    expect(index).toContain(word);
  }
  const queues: unknown = await (await fetch(`${run.url}/local/queues.json`)).json();
  expect(queues).toEqual(run.queues());
  expect(queues).toContainEqual({ name: 'Fixture-work', visible: 0, inFlight: 0, delayed: 0 });
});

test.each([
  ['GET', '/local/mail/999', 404],
  ['GET', '/local/mail/1/other', 404],
  ['GET', '/local/nothing', 404],
  ['POST', '/local/mail', 405],
])('%s %s is answered with %s', async (method, path, status) => {
  const run = await runFixture();
  expect((await fetch(run.url + path, { method })).status).toBe(status);
});
