import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRIC_NAMESPACE } from '../../../functions/core/model/wire/metrics.ts';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';

type Widget = { width: number; x: number; properties: { title: string; metrics?: unknown[][] } };

describe('the dashboard', () => {
  const template = aTemplate();
  const [dashboard] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
  const text = readable(template, dashboard?.['DashboardBody']);
  const { widgets } = JSON.parse(text) as { widgets: Widget[] };

  test('is JSON, and no widget stands outside of its 24 columns', () => {
    expect(widgets.length).toBeGreaterThan(8);
    expect(widgets.filter(({ x, width }) => x + width > 24)).toEqual([]);
  });

  test.each(METRIC_NAMES.filter((name) => name !== 'DeliveryLatency'))('draws %s of the stack', (name) => {
    const drawn = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    expect(drawn).toContainEqual(expect.arrayContaining([METRIC_NAMESPACE, name, 'stack', 'Tocsin']));
  });

  test.each(['Delivered', 'DeadLettered', 'Failed', 'DeliveryLatency'])('draws %s by destination', (name) => {
    expect(text).toContain(
      `SEARCH('{Tocsin,stack,destinationId} MetricName=\\\\\\"${name}\\\\\\" stack=`.replaceAll(
        '\\\\\\',
        '\\',
      ),
    );
  });
});
