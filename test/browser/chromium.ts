import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { programOnPath } from '../program-on-path.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of this machine; undefined where there is none, and then these tests are skipped. */
export const BROWSER = programOnPath(...NAMES);

if (BROWSER === undefined)
  console.warn(`no browser on the PATH (${NAMES.join(', ')}): its tests are skipped`);

export async function startBrowser(): Promise<Browser> {
  // The sandbox of Chromium needs rights that containers do not have; what is opened here is ours.
  return chromium.launch({ executablePath: BROWSER ?? '', args: ['--no-sandbox'] });
}

/** A page, and everything that it asked the network for, logged or failed at. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; requests: string[]; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.text()} ${message.location().url}`.trim());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, requests, complaints };
}

/**
 * The contrast of every text that is shown, worst first: `1.23 "text"`. As WCAG 2.2 computes it, against the nearest
 * background that is not transparent. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export async function contrasts(page: Page): Promise<{ ratio: number; text: string }[]> {
  return page.evaluate(`(() => {
    const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
    const channel = (value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const backgroundOf = (element) => {
      for (let one = element; one !== null; one = one.parentElement) {
        const [r, g, b, alpha = 1] = rgb(getComputedStyle(one).backgroundColor);
        if (alpha === 1) return [r, g, b];
      }
      return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (text === '' || !element.checkVisibility()) continue;
      const [light, dark] = [luminance(rgb(getComputedStyle(element).color)), luminance(backgroundOf(element))].sort((a, b) => b - a);
      found.push({ ratio: (light + 0.05) / (dark + 0.05), text: text.slice(0, 60) });
    }
    return found.sort((a, b) => a.ratio - b.ratio);
  })()`);
}
