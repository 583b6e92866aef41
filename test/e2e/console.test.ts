import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Action, Done } from '../../console/api/actions.ts';
import type { AlertPage, AlertStory, StoryDelivery } from '../../console/api/alerts.ts';
import type { SourceStory } from '../../console/api/configuration.ts';
import type { Preview } from '../../console/api/deliveries.ts';
import type { LiveEvent } from '../../console/api/live.ts';
import type { DeadLetters, SystemState } from '../../console/api/operations.ts';
import { alertPath, DO_PATH, previewPath, READ_PATHS, sourcePath } from '../../console/api/paths.ts';
import { consoleBrowser } from '../console/server/console-browser.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { LOOPBACK, runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 25_000, interval: 200 };

let gateway: RunningGateway;
let receiver: Receiver;
let webFolder: string;
let source: CreatedSource;
let page: Awaited<ReturnType<typeof consoleBrowser>>;

beforeAll(async () => {
  webFolder = mkdtempSync(join(tmpdir(), 'tocsin-web-'));
  mkdirSync(join(webFolder, 'assets'));
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>console</title>');
  receiver = await startReceiver();
  gateway = await runGateway({ egressAllow: LOOPBACK, webFolder });
  const ca = gateway.file('ca.pem', receiver.ca);
  source = await gateway.tocsin<CreatedSource>('source', 'create', '--name', 'github', '--format', 'github');
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const hook = ['--name', 'siem', '--url', receiver.url, '--ca-file', ca, '--retry', 'none'];
  await gateway.tocsin('destination', 'create', 'webhook', ...hook);
  page = await consoleBrowser(`${gateway.local.url}/`);
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
  rmSync(webFolder, { recursive: true });
});

const perform = async (action: Action) => page.send<Done>(DO_PATH, action);
const to = ({ deliveries }: AlertStory, name: string): StoryDelivery => {
  const found = deliveries.find(({ destination_name: destination }) => destination === name);
  if (found === undefined) throw new Error(`nothing is owed to ${name}`);
  return found;
};

describe('the console of a local run', () => {
  let alert: string;

  it('is opened at / by who may read its mails, beside the mailbox', async () => {
    expect(page.opened.status).toBe(200);
    expect(page.opened.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(await page.read(READ_PATHS.session)).toMatchObject({ mode: 'read-write', mailbox: '/local/mail' });
    for (const path of ['/local', '/local/mail']) expect((await page.get(path)).status).toBe(200);
    expect((await page.get('/nothing/of/the/api')).status).toBe(404);
  });

  it('tells of a new alert by itself, and then its story', async () => {
    const stream = await page.get(READ_PATHS.live);
    receiver.answer([], 503);
    const events = liveEvents(stream);
    expect(await events.next()).toMatchObject({ value: { event: 'open' } });
    // Sent, and told to one of two.
    await perform({ action: 'source-test', name: 'github' });
    for await (const { event } of events) if (event === 'alerts') break;
    const { alerts } = await page.read<AlertPage>(READ_PATHS.alerts);
    alert = alerts.find(({ source_name: name }) => name === 'github')?.id ?? '';
    await vi.waitFor(async () => {
      const story = await page.read<AlertStory>(alertPath(alert));
      expect(to(story, 'siem').state).toBe('dead');
      expect(to(story, 'ops').mail_state).toBe('arrived');
    }, PATIENCE);
    const story = await page.read<AlertStory>(alertPath(alert));
    expect(story.authenticated_by).toBe('hmac');
    expect(story.timeline.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'received from github, authenticated by hmac, read as github',
        expect.stringMatching(/^siem: attempt 1 failed \(receiver-failing, status 503\)/) as string,
        expect.stringMatching(/^siem: dead/) as string,
        expect.stringMatching(/^ops@example.com: attempt 1 delivered/) as string,
      ]),
    );
    expect(to(story, 'siem').attempts[0]?.response_excerpt).toBe('status 503');
  });

  it('shows what was sent, to the byte where it is a webhook', async () => {
    const story = await page.read<AlertStory>(alertPath(alert));
    const post = await page.read<Preview>(previewPath(to(story, 'siem').id));
    if (post.channel !== 'webhook') throw new Error('expected a webhook');
    expect(post.body).toBe(receiver.posts[0]?.body);
    expect(post.is_as_sent).toBe(true);
    const sent = receiver.posts[0]?.rawHeaderNames.map((name) => name.toLowerCase()) ?? [];
    for (const { name } of post.headers) expect(sent).toContain(name.toLowerCase());
    const mail = await page.read<Preview>(previewPath(to(story, 'ops').id));
    if (mail.channel !== 'email') throw new Error('expected a mail');
    const inBox = (await gateway.local.mails()).find(({ subject }) => subject === mail.subject);
    // The link to unsubscribe is a key, and is left out.
    expect(inBox?.text).toContain(mail.text.slice(0, mail.text.indexOf('WHERE, WHO AND WHEN')).trimEnd());
  });

  it('redrives what failed, and its receiver gets it', async () => {
    receiver.answer([], 200);
    const { groups } = await page.read<DeadLetters>(READ_PATHS.deadLetters);
    const letter = groups[0]?.letters.find(({ alert_id: of }) => of === alert);
    const before = receiver.posts.length;
    const done = await perform({ action: 'redrive', letters: [letter?.message_id ?? ''] });
    expect(done).toMatchObject({ ok: true, result: { moved: 1 } });
    await vi.waitFor(async () => {
      expect(receiver.posts.length).toBeGreaterThan(before);
      expect(to(await page.read<AlertStory>(alertPath(alert)), 'siem').state).toBe('delivered');
    }, PATIENCE);
    expect(receiver.posts.at(-1)?.body).toBe(receiver.posts[0]?.body);
    expect(await perform({ action: 'destination-test', name: 'siem' })).toMatchObject({ ok: true });
  });

  it('sends a canary, and shows its phases on the page of the system', async () => {
    expect(await perform({ action: 'canary-run' })).toMatchObject({ ok: true });
    const { canary } = await page.read<SystemState>(READ_PATHS.system);
    expect(canary?.flown).toMatchObject([{ sent_by: 'operator', stopped_at: null }]);
    expect(canary?.flown[0]?.phases.map(({ phase }) => phase)).toContain('receipt');
  });

  it('gives a curl that asks for the secret, and works with it', async () => {
    const { curl } = await page.read<SourceStory>(sourcePath('github'));
    const sh = async (env: Record<string, string>) =>
      promisify(execFile)('sh', ['-c', curl], { env: { PATH: process.env['PATH'], ...env } });
    await expect(sh({})).rejects.toThrow(/set SECRET to the secret of the source first/);
    expect(JSON.parse((await sh({ SECRET: source.secret })).stdout)).toMatchObject({ accepted: 1 });
  });
});

/** The events of a stream, one after another. */
async function* liveEvents(answer: Response): AsyncGenerator<LiveEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part.replace(/^data: /u, '')) as LiveEvent;
  }
}
