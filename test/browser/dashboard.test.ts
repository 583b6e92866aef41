import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AWS_EVENTS } from '../../functions/core/model/config/aws-events.ts';
import { aTemplate, propertiesOf, readable } from '../cdk/a-template.ts';
import { drawDashboard, labelsOf, type Widget } from '../cdk/draw-dashboard.ts';
import { BROWSER, openPage, startBrowser } from './chromium.ts';

/** The folder in which the picture is put; without it none is kept. */
const PICTURES = process.env['TOCSIN_PICTURES'] ?? '';

/** The largest dashboard that there is. */
const template = aTemplate({ awsEvents: [...AWS_EVENTS], organizationId: 'o-exampleorgid' });
const [dashboard] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
const { widgets } = JSON.parse(readable(template, dashboard?.['DashboardBody'])) as { widgets: Widget[] };

type Found = { title: string; lines: number; outside: string[]; covered: string[] };

/** Of each widget what sticks out of its frame, and what lies on something else. It runs in the page. */
const MEASURE = `[...document.querySelectorAll('g.widget')].map((widget) => {
  const frame = widget.querySelector('rect').getBoundingClientRect();
  const texts = [...widget.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const sticksOut = ({ box }) => box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom;
  const meet = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const isCovered = ({ box }, at) => texts.some((other, index) => index < at && meet(box, other.box));
  return {
    title: texts[0].text,
    lines: widget.querySelectorAll('.line, .alarm').length,
    outside: texts.filter(sticksOut).map(({ text }) => text),
    covered: texts.filter(isCovered).map(({ text }) => text),
  };
})`;

it('no widget lies on another, and every line of a graph has a name of its own', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from(
      { length: width * height },
      (_, at) => `${String(x + (at % width))},${String(y + Math.floor(at / width))}`,
    ),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { properties } of widgets) {
    const labels = labelsOf(properties.metrics ?? []);
    expect(new Set(labels).size, properties.title).toBe(labels.length);
  }
});

describe.skipIf(BROWSER === undefined)('the dashboard as a picture', { timeout: 30_000 }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    browser = await startBrowser();
  }, 30_000);
  afterAll(async () => browser.close());

  it('every title and name of a line is within its widget, and none lies on another', async () => {
    const { page, context, complaints } = await openPage(browser, {
      viewport: { width: 1_220, height: 1_800 },
    });
    await page.setContent(drawDashboard(widgets));
    const found = await page.evaluate<Found[]>(MEASURE);
    expect(found.map(({ title }) => title)).toEqual(widgets.map(({ properties }) => properties.title));
    expect(found.filter(({ lines }) => lines === 0)).toEqual([]);
    expect(found.filter(({ outside, covered }) => outside.length + covered.length > 0)).toEqual([]);
    if (PICTURES !== '') mkdirSync(PICTURES, { recursive: true });
    const picture = await page.screenshot({
      fullPage: true,
      ...(PICTURES !== '' && { path: join(PICTURES, 'dashboard.png') }),
    });
    expect(picture.byteLength).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
