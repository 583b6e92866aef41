import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECIPIENT_ROLES } from '../../functions/core/model/config/destination.ts';
import { aMail } from '../core/deliver/email/compose/an-alert.ts';
import { filledWith } from '../core/deliver/email/compose/filled-with.ts';
import { HOSTILE_STRINGS } from '../core/deliver/email/compose/hostile-strings.ts';
import { IS_ALL } from '../handlers/some-of.ts';
import { BROWSER, contrasts, openPage, startBrowser } from './chromium.ts';

/** Each role shows every third of the texts; with `TOCSIN_FAULTS=all` all of them. */
const textsFor = (role: (typeof RECIPIENT_ROLES)[number]) =>
  HOSTILE_STRINGS.filter(
    (_, index) => IS_ALL || index % RECIPIENT_ROLES.length === RECIPIENT_ROLES.indexOf(role),
  );
const UNSUBSCRIBE = 'https://gateway.example/v1/unsubscribe/u1.token';
/** What a script of somebody else would be noticed by, whatever it is called. */
const TRAP = `window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = () => window.ran.push(name);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeName === 'SCRIPT') window.ran.push('script');
}).observe(document, { childList: true, subtree: true });`;

let browser: Browser;
beforeAll(async () => {
  if (BROWSER !== undefined) browser = await startBrowser();
});
afterAll(async () => browser?.close());

const mailTo = (role: (typeof RECIPIENT_ROLES)[number], value: string) =>
  aMail({
    alert: filledWith(value),
    role,
    destinationName: value,
    deliveryId: value,
    unsubscribeUrl: UNSUBSCRIBE,
  });

describe.skipIf(BROWSER === undefined).each(RECIPIENT_ROLES)('a mail for the role %s', (role) => {
  it('runs nothing and asks nobody for anything, whatever its alert says', async () => {
    const { page, context, requests, complaints } = await openPage(browser);
    await page.addInitScript(TRAP);
    await page.goto('about:blank');
    for (const value of textsFor(role)) {
      await page.setContent(mailTo(role, value).html);
      const seen = await page.evaluate(`({
        ran: window.ran ?? [],
        scripts: document.scripts.length,
        links: [...document.links].map(({ href }) => href),
        loads: performance.getEntriesByType('resource').length,
      })`);
      expect({ value, seen }).toEqual({
        value,
        seen: { ran: [], scripts: 0, links: [UNSUBSCRIBE], loads: 0 },
      });
    }
    expect(requests.filter((request) => !request.endsWith('about:blank'))).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is readable in light and dark, and fits a phone', async () => {
    const { page, context } = await openPage(browser);
    await page.setContent(aMail({ role, unsubscribeUrl: UNSUBSCRIBE }).html);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 1024]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        const [worst] = await contrasts(page);
        expect(worst?.ratio, `${worst?.text} in ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      }
    }
    await context.close();
  });
});

it.skipIf(BROWSER === undefined)('the traps of these tests would notice a script and an image', async () => {
  const { page, context, requests } = await openPage(browser);
  await page.addInitScript(TRAP);
  await page.goto('about:blank');
  await page.setContent('<img src="http://127.0.0.1:9/x.png" onerror="alert(1)">');
  await page.waitForFunction('window.ran.length > 0');
  expect(await page.evaluate('window.ran')).toEqual(['alert']);
  expect(requests).toContain('GET http://127.0.0.1:9/x.png');
  await context.close();
});
