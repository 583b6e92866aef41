import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { SECRET_NAMES, SECRET_SHAPES } from '../core/ingest/secret-shapes.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
/** Stands for a credential, and may be found nowhere. */
const SECRET = 'c4n4ry-9b1e';
/** Stands beside it as something worth telling, and must be found everywhere: so the search itself is tried. */
const TOLD = 't0ld-5c7d';
/** The door of AWS has no URL of its own. */
const OVER_HTTP = FORMATS.filter(({ name }) => name !== 'aws-event');
const FIXTURES = new URL('../fixtures/formats/', import.meta.url);

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await runGateway();
  await gateway.tocsin(
    ...'destination create email --name ops --to ops@example.com --digests off'.split(' '),
  );
  const hook = ['--name', 'hook', '--url', receiver.url, '--ca-file', gateway.file('ca.pem', receiver.ca)];
  await gateway.tocsin('destination', 'create', 'webhook', ...hook);
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

/** Every shape with every name, and a word for each format by which it is known again. */
function plant(format: string): object {
  const shapes = Object.entries(SECRET_SHAPES).map(([shape, build], index) => {
    const name = SECRET_NAMES[index % SECRET_NAMES.length] ?? 'password';
    return [shape, build(name, SECRET)] as const;
  });
  return { planted: Object.fromEntries(shapes), spoken: `${TOLD} of ${format}` };
}

function documentOf(format: string): Record<string, unknown> {
  if (!readdirSync(FIXTURES).includes(format))
    return { action: 'created', alert: { number: 1, ...plant(format) } };
  const [file = ''] = readdirSync(new URL(`${format}/`, FIXTURES));
  const url = new URL(`${format}/${file}`, FIXTURES);
  return { ...(JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>), ...plant(format) };
}

async function post({ url, secret }: CreatedSource, body: object, query = ''): Promise<number> {
  const { status } = await fetch(`${url}${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      cookie: `session=${SECRET}`,
      'x-api-key': SECRET,
    },
    body: JSON.stringify(body),
  });
  return status;
}

/** Everything that the gateway keeps, with what is compressed in it. */
function kept(): string[] {
  const files = readdirSync(gateway.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = files.map((file) => readFileSync(file, 'latin1'));
  const rows = files.filter((file) => /\.(?:db|sqlite3?)$/u.test(file)).flatMap(rowsOf);
  expect(rows.length).toBeGreaterThan(OVER_HTTP.length);
  return [...texts, ...rows.flatMap((row) => [row, ...unpacked(row)])];
}

function rowsOf(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
  const rows = tables.flatMap(({ name }) => db.prepare(`select * from "${String(name)}"`).all());
  db.close();
  return rows.map((row) =>
    Object.values(row)
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
      .join('\n'),
  );
}

/** What is compressed in a row, as bytes in Base64. */
function unpacked(row: string): string[] {
  return (row.match(/H4sI[A-Za-z0-9+/]{20,}={0,2}/gu) ?? []).map((packed) =>
    gunzipSync(Buffer.from(packed, 'base64')).toString(),
  );
}

it('of a credential nothing is in rows, queues, logs, mails, bodies or answers, whatever format and shape it came in', async () => {
  for (const { name } of OVER_HTTP) {
    const mapped = name === 'mapping' ? ['--map', 'title="mapped"'] : [];
    const source = await gateway.tocsin<CreatedSource>(
      ...`source create --name ${name} --format ${name} --auth bearer`.split(' '),
      ...mapped,
    );
    const query = name === 'generic' ? `?token=${SECRET}` : '';
    expect(await post(source, documentOf(name), query), name).toBe(name === 'okta' ? 200 : 202);
    if (name === 'generic') expect(await post(source, { msg: 'no title', ...plant(name) })).toBe(400);
  }
  const toldTo = async (): Promise<{ mails: string; posts: string }> => ({
    mails: await (await fetch(new URL('/local/mail.json', gateway.local.url))).text(),
    posts: receiver.posts.map(({ body, headers }) => JSON.stringify(headers) + body).join('\n'),
  });
  const { mails, posts } = await vi.waitFor(async () => {
    const told = await toldTo();
    expect(told.posts.split(TOLD).length).toBeGreaterThan(OVER_HTTP.length);
    expect(told.mails.split(`"subject"`).length).toBeGreaterThan(OVER_HTTP.length);
    return told;
  }, PATIENCE);
  const shown = (await gateway.tryTocsin(['source', 'infer', 'generic', '--json'])).stdout;
  const stored = kept().join('\n');

  for (const [where, text] of Object.entries({ mails, posts, shown, stored })) {
    expect(text.includes(where === 'shown' ? 'title=msg' : TOLD), `${where} tell something`).toBe(true);
    const at = text.indexOf(SECRET);
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 40), where).toBe('');
  }
}, 120_000);
