import { expect, it } from 'vitest';
import { sampleOf } from '../../../cli/source/samples.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import { alertsOf } from '../../core/ingest/formats/read-payload.ts';

it.each(FORMATS.map((format) => format.name))(
  'the curl printed for %s posts one alert of its own',
  (format) => {
    const { headers, json } = sampleOf(format, 'run-1', {});
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const alerts = alertsOf(format, JSON.parse(json), { headers: lower });
    expect(alerts).toHaveLength(1);
    expect(JSON.stringify(alerts)).toContain('run-1');
    expect(alerts[0]?.title).toMatch(/Hello from curl|Example token/u);
  },
);
