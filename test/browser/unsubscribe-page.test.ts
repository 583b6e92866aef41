import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsubscribeToken } from '../../functions/core/signing/unsubscribe-token.ts';
import { unsubscribeHandler } from '../../functions/handlers/unsubscribe-handler.ts';
import {
  aMailDestination,
  memoryAlerts,
  memorySuppressions,
} from '../core/recipients/memory-suppressions.ts';
import { BROWSER, contrasts, openPage, startBrowser } from './chromium.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const KEYS = { current: 'key' };
/** The folder in which pictures for the docs are put; without it none are taken. */
const PICTURES = process.env['TOCSIN_PICTURES'] ?? '';
const PHONE = { width: 320, height: 640 };
const DESK = { width: 1280, height: 800 };

let browser: Browser;
let server: Server;
let base: string;
/** What else the server was asked for. */
const elsewhere: string[] = [];
const destination = aMailDestination({
  name: 'Payments on call',
  recipients: ['ana', 'ben', 'cleo', 'dora'].map((name) => ({
    address: `${name}@example.com`,
    role: 'it_admin',
  })),
});
const duty = aMailDestination({
  id: 'dst_duty',
  name: 'Duty',
  recipients: [{ address: 'duty@example.com', role: 'it_admin', isLocked: true }],
});
const suppressions = memorySuppressions();

beforeAll(async () => {
  if (BROWSER === undefined) return;
  browser = await startBrowser();
  const handle = unsubscribeHandler({
    destinations: { find: async (id) => [destination, duty].find((one) => one.id === id) },
    suppressions,
    alerts: memoryAlerts(),
    keys: { keys: async () => KEYS },
    clock: { now: () => NOW },
    tenantId: 'Tocsin',
    log: { info: () => {}, error: () => {} },
    contact: 'security@example.com',
  });
  server = createServer((request, response) => {
    void (async () => {
      const token = /^\/v1\/unsubscribe\/(.+)$/.exec(request.url ?? '')?.[1];
      if (token === undefined) {
        elsewhere.push(request.url ?? '');
        response.writeHead(404).end();
        return;
      }
      const answer = await handle({
        headers: { 'content-type': request.headers['content-type'] },
        pathParameters: { token },
        requestContext: { http: { method: request.method }, requestId: 'r' },
        isBase64Encoded: false,
        body: await text(request),
      } as unknown as APIGatewayProxyEventV2);
      response.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>).end(answer.body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/unsubscribe/`;
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const linkOf = (address: string, { id } = destination, decidedMs = NOW) =>
  base + unsubscribeToken(KEYS, { destinationId: id, address, decidedMs });
const hasLeft = async (address: string) => (await suppressions.find(destination.id, address)) !== undefined;

/** Each state by the heading of its page, and how to come to it. */
const STATES: [name: string, heading: string, link: () => string | Promise<string>][] = [
  ['may-leave', 'Unsubscribe from these mails?', () => linkOf('ana@example.com')],
  [
    'left',
    'You are unsubscribed',
    async () => {
      const at = new Date(NOW).toISOString();
      await suppressions.add({
        destination_id: destination.id,
        address: 'dora@example.com',
        reason: 'unsubscribed',
        at,
        by: 'page',
      });
      return linkOf('dora@example.com');
    },
  ],
  ['locked', 'You cannot leave these mails by yourself', () => linkOf('duty@example.com', duty)],
  ['gone', 'There is nothing to leave', () => linkOf('nobody@example.com')],
  ['expired', 'This link has expired', () => linkOf('ana@example.com', destination, NOW - 91 * 86_400_000)],
  ['invalid', 'This link is not complete', () => `${base}u1.broken`],
];

describe.skipIf(BROWSER === undefined)('opening the link', () => {
  it.each([true, false])('changes nothing, with scripts %s', async (javaScriptEnabled) => {
    const { page, context, requests } = await openPage(browser, { javaScriptEnabled });
    const link = linkOf('ana@example.com');
    for (let look = 0; look < 3; look += 1) await page.goto(link);
    expect(requests).toEqual([`GET ${link}`, `GET ${link}`, `GET ${link}`]);
    expect(await hasLeft('ana@example.com')).toBe(false);
    await context.close();
  });
});

describe.skipIf(BROWSER === undefined)('the button', () => {
  it.each([
    ['with scripts', true, 'ben@example.com'],
    ['without scripts', false, 'cleo@example.com'],
  ])('unsubscribes %s', async (_, javaScriptEnabled, address) => {
    const { page, context, complaints } = await openPage(browser, { javaScriptEnabled });
    await page.goto(linkOf(address));
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect(await hasLeft(address)).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is reached and pressed by the keyboard alone, with a focus that is seen', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(linkOf('ana@example.com'));
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(`(() => {
      const style = getComputedStyle(document.activeElement);
      return { tag: document.activeElement.tagName, outline: style.outlineStyle, width: style.outlineWidth };
    })()`);
    expect(focus).toEqual({ tag: 'BUTTON', outline: 'solid', width: '3px' });
    expect(await hasLeft('ana@example.com')).toBe(false);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect(await hasLeft('ana@example.com')).toBe(true);
    // A second look says so too, and there is no button any more.
    await page.goto(linkOf('ana@example.com'));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('You are unsubscribed');
    expect(await page.getByRole('button').count()).toBe(0);
    await suppressions.remove(destination.id, 'ana@example.com', {
      action: 'removed',
      reason: 'by-operator',
      at: new Date(NOW).toISOString(),
      by: 'operator',
    });
    await context.close();
  });
});

describe.skipIf(BROWSER === undefined).each(STATES)('the page %s', (name, heading, link) => {
  it('has a language, a title, one main part, one heading, and loads nothing', async () => {
    const { page, context, requests, complaints } = await openPage(browser);
    const url = await link();
    const answer = await page.goto(url);
    expect(await page.title()).toBe(`${heading} - Tocsin`);
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('heading').allTextContents()).toEqual([heading]);
    expect(await page.getByRole('button').count()).toBe(name === 'may-leave' ? 1 : 0);
    expect(requests).toEqual([`GET ${url}`]);
    // A browser logs every answer that is an error; nothing else is logged.
    const isError = (answer?.status() ?? 0) >= 400;
    expect(complaints.filter((line) => !(isError && line.startsWith('Failed to load resource')))).toEqual([]);
    await context.close();
  });

  it('is readable in light and dark, on a desk and on a phone', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(await link());
    for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const [worst] = await contrasts(page);
        expect(worst?.ratio, worst?.text).toBeGreaterThanOrEqual(4.5);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        if (name === 'may-leave') {
          // As large as a thumb: https://www.w3.org/TR/WCAG22/#target-size-enhanced
          expect((await page.getByRole('button').boundingBox())?.height).toBeGreaterThanOrEqual(44);
        }
        if (PICTURES === '') continue;
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `unsubscribe-${name}-${size}-${colorScheme}.png`) });
      }
    }
    await context.close();
  });
});

describe.skipIf(BROWSER === undefined)('the policy of the page', () => {
  it('lets no script run and nothing be loaded, should one ever get in', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(linkOf('ana@example.com'));
    elsewhere.length = 0;
    const violated = await page.evaluate(`new Promise((resolve) => {
      const violated = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        violated.push(event.effectiveDirective);
        if (violated.length === 4) resolve(violated.sort());
      });
      const script = document.createElement('script');
      script.textContent = 'window.isIn = true';
      const style = document.createElement('style');
      style.textContent = 'main{display:none}';
      const image = document.createElement('img');
      image.src = '/pixel.png';
      const frame = document.createElement('iframe');
      frame.src = '/frame';
      document.body.append(script, style, image, frame);
    })`);
    expect(violated).toEqual(['frame-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.evaluate('window.isIn')).toBeUndefined();
    expect(elsewhere).toEqual([]);
    await context.close();
  });
});
