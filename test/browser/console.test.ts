import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import examples from '@octokit/webhooks-examples/ghes-35/index.json' with { type: 'json' };
import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../cli/connect.ts';
import { openTool } from '../../cli/tool.ts';
import { builtWeb } from '../../console/build/built-web.ts';
import { serveConsole } from '../../console/server/serve-console.ts';
import { HOSTILE_STRINGS } from '../core/deliver/email/compose/hostile-strings.ts';
import { startReceiver, type Receiver } from '../e2e/receiver.ts';
import {
  LOOPBACK,
  runGateway,
  type Accepted,
  type CreatedSource,
  type RunningGateway,
} from '../e2e/running-gateway.ts';
import { BROWSER, openPage, startBrowser } from './chromium.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
/** A folder for pictures of every page at three widths in both schemes; none are made unless it is named. */
const PICTURES = process.env['TOCSIN_PICTURES'];
/** What a script of somebody else would be noticed by, whatever it is called. */
const TRAP = `window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = () => window.ran.push(name);`;

const secretScanning = JSON.stringify(
  (examples as { name: string; examples: unknown[] }[]).find(({ name }) => name === 'secret_scanning_alert')
    ?.examples[0],
);

let webFolder: string;
let gateway: RunningGateway;
let receiver: Receiver;
let browser: Browser;
let page: Page;
let context: BrowserContext;
let complaints: string[];
let github: CreatedSource;
let scanner: CreatedSource;
/** Of the alert of GitHub. */
let alertId: string;
let deliveryId: string;

beforeAll(async () => {
  if (BROWSER === undefined) return;
  webFolder = await builtWeb({
    projectFolder: resolve(import.meta.dirname, '../..'),
    onProgress: () => undefined,
  });
  [gateway, receiver, browser] = await Promise.all([
    runGateway({ egressAllow: LOOPBACK, webFolder }),
    startReceiver(),
    startBrowser(),
  ]);
  const ca = gateway.file('receiver-ca.pem', receiver.ca);
  github = await gateway.tocsin<CreatedSource>('source', 'create', '--name', 'github', '--format', 'github');
  scanner = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    'scanner',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  await gateway.tocsin(
    'destination',
    'create',
    'webhook',
    '--name',
    'siem',
    '--url',
    receiver.url,
    '--ca-file',
    ca,
    '--retry',
    'none',
  );
  receiver.answer([], 503);
  [alertId = ''] = (await postAsGithub()).alert_ids;
  await vi.waitFor(async () => {
    const { deliveries } = await gateway.tocsin<{ deliveries: { id: string; state: string }[] }>(
      'deliveries',
      'list',
      '--alert',
      alertId,
      '--state',
      'dead',
    );
    expect(deliveries).toHaveLength(1);
    deliveryId = deliveries[0]?.id ?? '';
  }, PATIENCE);
  ({ page, context, complaints } = await openPage(browser, { viewport: { width: 1280, height: 900 } }));
  await page.addInitScript(TRAP);
  page.setDefaultTimeout(PATIENCE.timeout);
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await receiver?.close();
});

async function postAsGithub(): Promise<Accepted> {
  const response = await fetch(github.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'secret_scanning_alert',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', github.secret).update(secretScanning).digest('hex')}`,
    },
    body: secretScanning,
  });
  return (await response.json()) as Accepted;
}

async function post(...alerts: unknown[]): Promise<Accepted> {
  const response = await fetch(scanner.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${scanner.secret}` },
    body: JSON.stringify(alerts),
  });
  return (await response.json()) as Accepted;
}

/** Opens a view by its address, as a link in a mail does. */
async function open(hash: string): Promise<void> {
  await page.goto(`${gateway.local.url}/${hash}`);
}

/** Waits until it is on the screen. */
async function isShown(what: Locator): Promise<boolean> {
  await what.first().waitFor();
  return true;
}
const LONG_TITLE = `Long ${'and longer '.repeat(190)}`;
/** What has the focus, by the name that a screen reader says. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const by = one.getAttribute('aria-labelledby');
  const words = by?.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  return one === document.body ? 'nothing' : one.getAttribute('aria-label') ?? words ?? one.textContent;
})()`;

/** Presses a key until what is called so has the focus. */
async function keyTo(name: RegExp, key = 'Tab'): Promise<void> {
  for (let times = 0; times < 60; times += 1) {
    await page.keyboard.press(key);
    if (name.test(await page.evaluate<string>(FOCUSED))) return;
  }
  throw new Error(`no ${key} leads to ${String(name)}; it ended at ${await page.evaluate<string>(FOCUSED)}`);
}

/** Refused once by its receiver. */
async function fail(title: string): Promise<string> {
  receiver.answer([], 503);
  const [id = ''] = (await post({ title, severity: 'high' })).alert_ids;
  await vi.waitFor(async () => {
    const dead = await gateway.tocsin<{ deliveries: unknown[] }>(
      'deliveries',
      'list',
      '--alert',
      id,
      '--state',
      'dead',
    );
    expect(dead.deliveries).toHaveLength(1);
  }, PATIENCE);
  receiver.answer([], 200);
  return id;
}

const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click();

/** Through the dialog that says before what it will do, and after what it did. */
async function act(button: string | RegExp, command: string | RegExp, done = 'Done'): Promise<void> {
  await press(button);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(command).first().waitFor();
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText(done, { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
}

const views = () => ({
  overview: '#/',
  alerts: '#/alerts',
  alert: `#/alerts/${alertId}`,
  deliveries: '#/deliveries?destination=siem',
  delivery: `#/deliveries/${deliveryId}`,
  'dead-letters': '#/dead-letters',
  sources: '#/sources',
  source: '#/sources/github',
  destinations: '#/destinations',
  destination: '#/destinations/siem',
  routes: '#/routes',
  silences: '#/silences',
  audit: '#/audit',
  system: '#/system',
});
type View = keyof ReturnType<typeof views>;
/** What a view shows once it has read what it shows. */
const SHOWN: Record<View, string | RegExp> = {
  overview: 'Deliveries per destination',
  alerts: /adafruit/iu,
  alert: 'What happened, in order',
  deliveries: /dead/u,
  delivery: 'Attempts',
  'dead-letters': /receiver-failing/u,
  sources: 'scanner',
  source: 'Send an alert',
  destinations: 'siem',
  destination: 'Last answers',
  routes: 'Who would be told?',
  silences: 'The next five weeks',
  audit: 'Per destination',
  system: 'Mail service',
};

/** How wide the page is, once it is no wider than its window; one that has been made narrower takes a moment. */
const FITS = `new Promise((resolve) => {
  const look = (left) => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth || left === 0) resolve({ inside: innerWidth, page: Math.max(innerWidth, scrollWidth) });
    else requestAnimationFrame(() => look(left - 1));
  };
  look(120);
})`;

/** Whatever the page itself never has: a call of a trap, an element that loads or runs, a handler, a link that leads away. */
const INTRUDERS = `[
  ...window.ran,
  ...[...document.querySelectorAll('img, form, base, object, embed, math, template, noscript, marquee, meta[http-equiv], script')]
    .filter((one) => !(one.nodeName === 'SCRIPT' && one.src.startsWith(location.origin + '/console/assets/')))
    .map((one) => one.outerHTML),
  ...[...document.querySelectorAll('iframe:not(.mail-frame), svg[onload]')].map((one) => one.outerHTML),
  ...[...document.querySelectorAll('*')]
    .filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on')))
    .map((one) => one.outerHTML),
  ...[...document.links].map(({ href }) => href).filter((href) => !href.startsWith(location.origin + '/')),
]`;

/**
 * What axe-core finds that is serious or worse, each with the elements it is about. It stays out of the mail's frame, which is
 * sandboxed and would not answer it: the browser notes each question.
 */
async function seriousFindings(): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'], iframes: false }).then(({ violations }) =>
    violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' ')),
  )`);
}

async function openView(view: View): Promise<void> {
  await open(views()[view]);
  await page.getByRole('main').getByText(SHOWN[view]).first().waitFor();
}

describe.skipIf(BROWSER === undefined)('the console', () => {
  it.skipIf(PICTURES === undefined)(
    'is photographed',
    async () => {
      mkdirSync(PICTURES ?? '', { recursive: true });
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [390, 1280, 2560]) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height: width === 390 ? 844 : 1000 });
          for (const view of Object.keys(SHOWN) as View[]) {
            await openView(view);
            await page.screenshot({
              path: join(PICTURES ?? '', `${view}-${String(width)}-${colorScheme}.png`),
            });
          }
        }
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 1280, height: 900 });
      expect(readdirSync(PICTURES ?? '')).toHaveLength(6 * Object.keys(SHOWN).length);
    },
    240_000,
  );

  it.each(Object.keys(SHOWN) as View[])('is accessible and fits every window: %s', async (view) => {
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      if (colorScheme === 'light') await openView(view);
      expect(await page.evaluate(FITS)).toEqual({ inside: width, page: width });
      expect({ colorScheme, serious: await seriousFindings() }).toEqual({ colorScheme, serious: [] });
    }
    await page.setViewportSize({ width: 2560, height: 900 });
    expect(await page.evaluate(FITS)).toEqual({ inside: 2560, page: 2560 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('tells the story of one alert: what came, who was told and why, each attempt, what was sent', async () => {
    await openView('alert');
    expect(await isShown(page.getByText(/hmac/u))).toBe(true);
    expect(await isShown(page.getByText(/Attempt 1 in detail/u))).toBe(true);
    expect(await isShown(page.getByText('status 503'))).toBe(true);
    const rows = page.getByRole('grid', { name: 'decisions' });
    await rows.getByRole('link', { name: 'siem' }).waitFor();
    await rows.getByRole('link', { name: 'ops' }).waitFor();
    const mail = page.frameLocator('iframe.mail-frame');
    await mail
      .getByText(/adafruit/iu)
      .filter({ visible: true })
      .first()
      .waitFor();
    expect(await page.locator('iframe.mail-frame').getAttribute('sandbox')).toBe('');
    await page.getByRole('button', { name: 'Phone' }).click();
    expect((await page.locator('iframe.mail-frame').boundingBox())?.width).toBeLessThan(400);
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await mail
      .getByText(/adafruit/iu)
      .filter({ visible: true })
      .first()
      .waitFor();
  });

  it('is reached from a mail of the local run and from a command', async () => {
    const mails = await gateway.local.mails();
    const mail = mails.find(({ headers }) => headers['x-tocsin-alert'] === alertId);
    await page.goto(`${gateway.local.url}/local/mail/${String(mail?.id)}`);
    await page.getByRole('link', { name: 'The story of this alert' }).click();
    expect(await isShown(page.getByText('What happened, in order'))).toBe(true);
    for (const [argv, shown] of [
      [['deliveries', 'show', deliveryId], 'Attempts'],
      [['source', 'show', 'github'], 'Send an alert'],
      [['destination', 'show', 'siem'], 'Last answers'],
    ] as const) {
      const { url } = await gateway.tocsin<{ url: string }>(...argv, '--web');
      await page.goto(url);
      await page.getByRole('main').getByText(shown).first().waitFor();
    }
  });

  it('shows the body and the headers of a webhook, its signature explained and no secret', async () => {
    await openView('delivery');
    await page
      .getByRole('grid', { name: 'headers' })
      .getByText(/tocsin-signature/iu)
      .waitFor();
    expect(await isShown(page.getByText(/"event_type"/u))).toBe(true);
    expect(await isShown(page.getByText('How the receiver checks it'))).toBe(true);
    expect(await page.content()).not.toContain('whsec_');
  });

  it('redrives a dead letter by a click, and the receiver gets it', async () => {
    receiver.answer([], 200);
    const before = receiver.posts.length;
    await openView('dead-letters');
    await page
      .getByRole('checkbox', { name: /^Choose (?!all)/u })
      .first()
      .check();
    await act('Redrive 1 chosen', /dead-letters redrive/u);
    await vi.waitFor(() => expect(receiver.posts).toHaveLength(before + 1), PATIENCE);
    // Without a reload.
    expect(await isShown(page.getByText('There is no dead letter.'))).toBe(true);
    await open(views().delivery);
    await page.getByRole('main').getByText('delivered').first().waitFor();
  });

  it('redrives by keys alone: from the overview to what failed, to its story, and back', async () => {
    await fail('By keys alone');
    const before = receiver.posts.length;
    await openView('overview');
    await keyTo(/^Dead letters$/u);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'By keys alone' }).waitFor();
    await keyTo(/^Choose all$/u);
    await keyTo(/^Choose By keys alone$/u, 'ArrowDown');
    await page.keyboard.press('Space');
    await keyTo(/^the receiver answered 503$/u, 'ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Delivery to siem' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'By keys alone' }).waitFor();
    await keyTo(/^Choose all$/u);
    await keyTo(/^Choose By keys alone$/u, 'ArrowDown');
    await page.keyboard.press('Space');
    await keyTo(/^Redrive 1 chosen/u, 'Shift+Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This will happen').waitFor();
    await keyTo(/^Do it$/u);
    await page.keyboard.press('Enter');
    await dialog.getByText('Done', { exact: true }).waitFor();
    expect(await page.evaluate(FOCUSED)).toBe('Close');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'By keys alone' }).waitFor({ state: 'detached' });
    await vi.waitFor(async () => expect(await page.evaluate(FOCUSED)).not.toBe('nothing'), PATIENCE);
    await vi.waitFor(() => expect(receiver.posts).toHaveLength(before + 1), PATIENCE);
  });

  it('shows what a redrive that fails comes to: the letter is there again', async () => {
    await fail('It fails twice');
    receiver.answer([503], 200);
    await openView('dead-letters');
    await page.getByRole('checkbox', { name: 'Choose It fails twice' }).check();
    await act('Redrive 1 chosen', /dead-letters redrive/u);
    const line = page.getByRole('row', { name: /It fails twice/u });
    await line.getByText('2', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Choose It fails twice' }).check();
    await act('Redrive 1 chosen', /dead-letters redrive/u);
    expect(await isShown(page.getByText('There is no dead letter.'))).toBe(true);
  });

  it('tells the second of two tabs what the first has done already', async () => {
    await gateway.tocsin(
      'silence',
      'create',
      '--match',
      'env=tabs',
      '--for',
      '1h',
      '--comment',
      'of two tabs',
    );
    const other = await context.newPage();
    other.setDefaultTimeout(PATIENCE.timeout);
    for (const tab of [page, other]) {
      await tab.goto(`${gateway.local.url}/#/silences`);
      await tab.getByRole('button', { name: 'Expire the silence "of two tabs"' }).click();
      await tab.getByRole('dialog').getByText('This will happen').waitFor();
    }
    await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('dialog').getByText('Done', { exact: true }).waitFor();
    await other.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
    expect(await isShown(other.getByRole('dialog').getByText(/ended at .* already/u))).toBe(true);
    // A reload in the middle leaves no dialog, and nothing half done.
    await other.reload();
    await other.getByRole('grid', { name: 'silences' }).getByText('of two tabs').waitFor();
    expect(await other.getByRole('dialog').count()).toBe(0);
    await other.close();
  });

  it('says what there is not, and goes on from there', async () => {
    await openView('alerts');
    for (const hash of [
      '#/alerts/11111111-2222-8333-8444-555555555555',
      '#/deliveries/11111111-2222-8333-8444-555555555555',
      '#/sources/nobody',
      '#/destinations/%E0%A4%A',
      '#/nothing',
    ]) {
      await open(hash);
      const words = page.getByRole('main').getByText(/no |not /iu);
      expect(await isShown(words)).toBe(true);
      await page.goBack();
      await page.getByRole('link', { name: /adafruit/iu }).waitFor();
    }
  });

  it('shows long titles and titles that run from right to left', async () => {
    const arabic = 'تم اكتشاف برنامج ضار (server-1) 5';
    const { alert_ids: ids } = await post(
      { title: LONG_TITLE, severity: 'low' },
      { title: arabic, severity: 'low' },
    );
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await open(`#/alerts/${ids[0] ?? ''}`);
      const heading = page.getByRole('heading', { level: 1 });
      await heading.getByText(/^Long and longer .*…$/u).waitFor();
      expect((await heading.textContent())?.length).toBeLessThan(210);
      expect(await isShown(page.getByText(/^Long and longer [^…]{900,}$/u))).toBe(true);
      expect(await page.evaluate(FITS)).toEqual({ inside: width, page: width });
      await open(`#/alerts/${ids[1] ?? ''}`);
      await page.getByRole('heading', { level: 1 }).getByText(arabic).waitFor();
      const direction = await page.evaluate(
        "getComputedStyle(document.querySelector('h1 .foreign')).unicodeBidi",
      );
      expect(direction).toBe('plaintext');
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('tests a source, disables and enables a route, and sends a canary', async () => {
    await openView('source');
    await act('Test', /source test github/u);
    await gateway.tocsin('route', 'create', '--name', 'nightly', '--to', 'siem', '--match', 'env=night');
    await openView('routes');
    await act('Disable the route nightly', /route disable nightly/u);
    await act('Enable the route nightly', /route enable nightly/u);
    await gateway.tocsin('route', 'delete', 'nightly', '--yes');
    await openView('system');
    await act('Send a canary', /canary run/u);
    expect(await isShown(page.getByRole('grid', { name: 'canaries' }).getByText('operator'))).toBe(true);
  });

  it('shows a new alert without a reload, and finds it by its text', async () => {
    await openView('alerts');
    await post({ title: 'Root login without MFA', severity: 'critical', labels: { environment: 'prod' } });
    await page.getByRole('link', { name: 'Root login without MFA' }).waitFor();
    await open('#/alerts?text=without%20MFA');
    await page.getByRole('link', { name: /adafruit/iu }).waitFor({ state: 'detached' });
    expect(await isShown(page.getByRole('link', { name: 'Root login without MFA' }))).toBe(true);
  });

  it('filters by several values of a field, which stand in the address', async () => {
    await post({ title: 'A job is late', severity: 'low', type: 'job.late', status: 'firing' });
    const [late, root, leaked] = [/A job is late/u, /Root login/u, /adafruit/iu].map((name) =>
      page.getByRole('link', { name }),
    );
    await open('#/alerts?source=scanner&source=github&type=job.*&type=github.*');
    await late?.waitFor();
    expect(await isShown(leaked ?? page.locator('none'))).toBe(true);
    expect(await root?.count()).toBe(0);
    for (const token of ['Type = job.*', 'Type = github.*', 'Source = scanner', 'Source = github']) {
      expect(await isShown(page.getByText(token, { exact: true }))).toBe(true);
    }
    await page.getByRole('button', { name: /^Remove .*github\.\*/u }).click();
    await leaked?.waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('#/alerts?source=scanner&source=github&type=job.*');
  });

  it('silences and ends the silence', async () => {
    await openView('silences');
    await press('Silence');
    await page.getByRole('textbox', { name: 'Conditions' }).fill('environment=staging');
    await page.getByRole('textbox', { name: 'Why' }).fill('a test of the console');
    await press('What will this do?');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/silence create/u)
      .first()
      .waitFor();
    expect(await seriousFindings()).toEqual([]);
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText('Done', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('grid', { name: 'silences' }).getByText('a test of the console').waitFor();
    await press(/^Expire/u);
    await dialog.getByRole('button', { name: 'Do it' }).click();
    expect(await isShown(page.getByRole('grid', { name: 'silences' }).getByText('ended'))).toBe(true);
    // The button that began it is gone by now; what was done is still there to be read.
    expect(await isShown(dialog.getByText(/silence expire/u))).toBe(true);
    expect(await isShown(dialog.getByText('Done', { exact: true }))).toBe(true);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  it('tests, disables and enables a destination, and sends an alert again', async () => {
    await openView('destination');
    await act('Test', /destination test siem/u);
    await press('Disable');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('main').getByText('Enable', { exact: true }).first().waitFor();
    expect(await isShown(dialog.getByText(/destination disable siem/u))).toBe(true);
    await dialog.getByText('Done', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await act('Enable', /destination enable siem/u);
    await openView('alert');
    await act('Replay', /replay --alert/u);
    expect(await isShown(page.getByText('What happened, in order'))).toBe(true);
  });

  it('explains who would be told of a payload', async () => {
    await openView('routes');
    await page.getByLabel('Source').click();
    await page.getByRole('option', { name: 'scanner' }).click();
    await press('Explain');
    expect(await isShown(page.getByText(/^Would be told: .*siem/u))).toBe(true);
  });

  it('remembers which columns a table shows', async () => {
    await openView('sources');
    await page.getByRole('button', { name: 'How sources are shown' }).click();
    await page
      .getByRole('dialog')
      .getByRole('checkbox', { name: /Authentication/u })
      .check();
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('columnheader', { name: 'Authentication' }).waitFor();
    await page.reload();
    expect(await isShown(page.getByRole('columnheader', { name: 'Authentication' }))).toBe(true);
  });

  it('shows hostile text as text: no element, no request and no script comes of it', async () => {
    const titles = HOSTILE_STRINGS.filter((text) => text.trim() !== '');
    const accepted = await post(
      ...titles.map((title) => ({
        title,
        type: title,
        description: title,
        labels: { note: title },
        details: { [title]: title },
      })),
      { title: 'all of them', description: HOSTILE_STRINGS.join('\n'), details: { all: HOSTILE_STRINGS } },
    );
    expect(accepted.accepted).toBe(titles.length + 1);
    const requests: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    const story = (index: number): string => `#/alerts/${accepted.alert_ids.at(index) ?? ''}`;
    // They came at once, in an order by ids that nobody chose, and are more than a page shows first.
    const list = '#/alerts?text=onerror';
    for (const hash of ['#/alerts', list, story(-1), story(2), story(4), '#/', '#/audit']) {
      await open(hash);
      await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor();
      if (hash === list) {
        const text = page.getByText('<img src=x onerror=alert(1)>', { exact: true });
        expect(await isShown(text)).toBe(true);
      }
      expect({ hash, seen: await page.evaluate(INTRUDERS) }).toEqual({ hash, seen: [] });
    }
    expect(requests.filter((url) => !url.startsWith(`${gateway.local.url}/`))).toEqual([]);
  });

  it('needs nothing that its content security policy forbids', () => {
    // The browser also notes each answer 404: what has just come is not in the table for a moment.
    expect(complaints.filter((complaint) => !/status of 404 .*\/console\/api\//u.test(complaint))).toEqual(
      [],
    );
  });

  it('takes the buttons away where nothing may be changed, and says why', async () => {
    const clock = { now: () => Date.now() };
    const opened = await connect({ kind: 'local', data: gateway.dataDir }, clock, async () => {});
    const tool = openTool({ env: {}, clock }, { data: gateway.dataDir }, opened);
    const looking = await serveConsole(0, { gateway: opened, tool, clock, isReadOnly: true, webFolder });
    await page.goto(`${looking.url}#/destinations/siem`);
    await page.getByRole('main').getByText('Last answers').first().waitFor();
    for (const name of ['Test', 'Disable']) {
      const button = page.getByRole('main').getByRole('button', { name, exact: true }).first();
      expect(await button.getAttribute('aria-disabled')).toBe('true');
    }
    await page.getByRole('main').getByRole('button', { name: 'Test', exact: true }).first().hover();
    expect(await isShown(page.getByText('it was started with --read-only').filter({ visible: true }))).toBe(
      true,
    );
    expect(await seriousFindings()).toEqual([]);
    await looking.close();
    opened.close();
  });

  it('says that the gateway was stopped, in a console beside it and in its own', async () => {
    const clock = { now: () => Date.now() };
    const opened = await connect({ kind: 'local', data: gateway.dataDir }, clock, async () => {});
    const tool = openTool({ env: {}, clock }, { data: gateway.dataDir }, opened);
    const beside = await serveConsole(0, { gateway: opened, tool, clock, isReadOnly: false, webFolder });
    const other = await context.newPage();
    await other.goto(`${beside.url}${views().alert}`);
    await other.getByText(SHOWN.alert).first().waitFor();
    await openView('overview');
    await gateway.local.close();

    expect(await isShown(page.getByText('The console does not answer'))).toBe(true);
    expect(await isShown(other.getByText('The gateway cannot be reached'))).toBe(true);

    // What was read stays on the screen.
    expect(await isShown(other.getByText(SHOWN.alert))).toBe(true);
    await beside.close();

    opened.close();
  });
});
