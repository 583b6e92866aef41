import { describe, expect, it } from 'vitest';
import { alertOf, fixture, formatOf } from './read-payload.ts';

const structured = fixture('cloudevents/structured.json') as Record<string, unknown>;

describe('cloudevents', () => {
  it('reads a structured event whose data is our generic shape', () => {
    expect(alertOf('cloudevents', structured)).toMatchObject({
      type: 'com.example.scan.finding',
      severity: 'high',
      title: 'Port 22 is open to the world',
      event_time: '2026-03-02T08:15:30.000Z',
      source_alert_id: 'evt-0001',
      dedup_key: '/scanner/eu|com.example.scan.finding|host/web-1',
      resources: [{ name: 'host/web-1' }],
      labels: { ce_source: '/scanner/eu' },
      details: { port: 22, ce_id: 'evt-0001', traceparent: expect.any(String) as string },
    });
  });

  it('reads the same in binary mode, where attributes are percent-encoded headers', () => {
    const { data, ...attributes } = structured;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))]),
    );
    const { details, ...alert } = alertOf('cloudevents', data, { headers });
    const { details: expected, ...rest } = alertOf('cloudevents', structured);
    expect(alert).toEqual(rest);
    expect(details).toEqual(expected);
  });

  it.each([
    [
      'data_base64 with JSON',
      { data_base64: Buffer.from('{"title":"inside"}').toString('base64') },
      'inside',
    ],
    ['data_base64 with text', { data_base64: Buffer.from('just words').toString('base64') }, 'just words'],
    ['data_base64 with bytes', { data_base64: 'gICA' }, 'gICA'],
    ['text', { data: 'first line\nsecond' }, 'first line'],
    ['no data', { subject: 'x' }, 't: x'],
  ])('finds a title in %s', (_what, more, title) => {
    expect(
      alertOf('cloudevents', { specversion: '1.0', id: '1', source: 's', type: 't', ...more }),
    ).toMatchObject({ title });
  });

  const ask = (method: string, origin?: string) =>
    formatOf('cloudevents').handshake?.({
      method,
      headers: origin === undefined ? {} : { 'webhook-request-origin': origin },
    });

  it('allows the origin that asks, and nobody who does not', () => {
    expect(ask('OPTIONS', 'eventemitter.example.com')).toMatchObject({
      status: 200,
      headers: { 'webhook-allowed-origin': 'eventemitter.example.com' },
    });
    expect(ask('OPTIONS')).toBeUndefined();
    expect(ask('GET', 'example.com')).toBeUndefined();
    expect(ask('OPTIONS', 'a\r\nb')).toBeUndefined();
  });
});
