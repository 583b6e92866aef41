import { describe, expect, it } from 'vitest';
import { knownZone, offsetMs, offsetsAround } from '../../../functions/core/match/zone.ts';

const HOUR_MS = 3_600_000;
const utc = (text: string) => Date.parse(`${text}Z`);

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Europe/Berlni', undefined],
    ['', undefined],
  ])('%j is called %s', (name, known) => {
    expect(knownZone(name)).toBe(known);
  });

  it.each<[string, string, number]>([
    ['UTC', '2026-07-01T12:00:00', 0],
    ['Europe/Berlin', '2026-01-15T12:00:00', 1],
    ['Europe/Berlin', '2026-07-15T12:00:00', 2],
    ['America/New_York', '2026-01-15T12:00:00', -5],
    ['Asia/Kolkata', '2026-01-15T12:00:00.500', 5.5],
    ['Pacific/Chatham', '2026-01-15T12:00:00', 13.75],
    ['Europe/Berlin', '1969-12-31T23:59:59.500', 1],
  ])('%s is ahead at %s by %s hours', (zone, at, hours) => {
    expect(offsetMs(utc(at), zone)).toBe(hours * HOUR_MS);
  });

  it('has one offset around a day on which no clock changes', () => {
    const { before, after } = offsetsAround(utc('2026-01-15T00:00:00'), 'Europe/Berlin');
    expect([before, after]).toEqual([HOUR_MS, HOUR_MS]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T00:00:00', 1, 2, '2026-03-29T01:00:00'],
    ['Europe/Berlin', '2026-10-25T00:00:00', 2, 1, '2026-10-25T01:00:00'],
    ['America/New_York', '2026-11-01T00:00:00', -4, -5, '2026-11-01T06:00:00'],
    ['Australia/Lord_Howe', '2026-04-05T00:00:00', 11, 10.5, '2026-04-04T15:00:00'],
  ])('%s changes its clocks around %s to the minute', (zone, day, before, after, changesAt) => {
    expect(offsetsAround(utc(day), zone)).toEqual({
      before: before * HOUR_MS,
      after: after * HOUR_MS,
      changesAt: utc(changesAt),
    });
  });
});
