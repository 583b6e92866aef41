import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('plain-text', () => {
  it('reads the severity out of a syslog priority', () => {
    expect(alertOf('plain-text', fixture('plain-text/syslog-line.json'))).toMatchObject({
      severity: 'critical',
      severity_original: '2',
      title: "su: 'su root' failed for alice on /dev/pts/8",
      resources: [{ type: 'host', name: 'web-1' }],
      labels: { app: 'su' },
      event_time: '2026-03-02T08:15:30.003Z',
    });
  });

  it.each([
    ['disk full', 'disk full', 'medium', undefined],
    ['ERROR: disk full', 'ERROR: disk full', 'medium', undefined],
    ['<11>disk full', 'disk full', 'high', '3'],
    ['<999>disk full', '<999>disk full', 'medium', undefined],
    ['<13>', '<13>', 'info', '5'],
  ])('reads %j', (message, title, severity, original) => {
    const alert = alertOf('plain-text', { message });
    expect(alert).toMatchObject({ title, severity });
    expect(alert.severity_original).toBe(original);
  });

  it('takes a JSON line without a message for its text', () => {
    expect(alertOf('plain-text', { level: 'x' }).title).toBe('{"level":"x"}');
  });

  it.each([
    ['too many brackets [ and = signs', 'no header, no pairs'],
    ['a=1 b=2', 'too few pairs'],
    ['set a=1 b=2 c=3', 'a sentence with pairs'],
    ['Oct 11 was a good day', 'a date that is no header'],
    ['2026-03-02T08:15:30Z backup done', 'a time without a host'],
    ['{"broken":', 'half of a JSON'],
  ])('leaves %j as it is: %s', (message) => {
    expect(alertOf('plain-text', { message })).toMatchObject({ title: message });
  });

  const word = fc.stringMatching(/^[a-z]{2,12}$/u);
  const parts = fc.record({
    priority: fc.option(fc.integer({ min: 0, max: 191 }), { nil: undefined }),
    host: fc.oneof(
      word,
      fc.ipV4(),
      fc.ipV6(),
      word.map((name) => `${name}.example.com`),
    ),
    app: word,
    pid: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined }),
    words: fc.array(word, { minLength: 1, maxLength: 6 }).map((said) => said.join(' ')),
    modern: fc.boolean(),
    data: fc.array(fc.tuple(word, fc.string({ maxLength: 12 })), { maxLength: 3 }),
  });

  it('tells what a line of syslog says, and where, and has one key for it whenever it comes', () => {
    fc.assert(
      fc.property(parts, ({ priority, host, app, pid, words, modern, data }) => {
        const withHeader = (second: number): string => {
          const time = `10:00:${String(second).padStart(2, '0')}`;
          if (priority === undefined || !modern) {
            const front = priority === undefined ? '' : `<${priority}>`;
            return `${front}Nov  7 ${time} ${host} ${app}${pid === undefined ? '' : `[${pid + second}]`}: ${words}`;
          }
          const pairs = data.map(([name, value]) => ` ${name}="${value.replaceAll(/["\\\]]/gu, '\\$&')}"`);
          const structured = pairs.length === 0 ? '-' : `[x@1${pairs.join('')}]`;
          return `<${priority}>1 2026-11-07T${time}Z ${host} ${app} ${pid ?? '-'} - ${structured} ${words}`;
        };
        const [one, other] = [3, 41].map((second) => alertOf('plain-text', { message: withHeader(second) }));
        expect(one).toMatchObject({
          title: `${app}: ${words}`,
          resources: [{ type: 'host', name: host }],
          labels: { app },
        });
        expect(one?.severity_original).toBe(priority === undefined ? undefined : String(priority % 8));
        expect(other?.dedup_key).toBe(one?.dedup_key);
      }),
    );
  });
});
