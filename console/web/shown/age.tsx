import { useNowMs } from '../view/session.ts';
import { asUtc } from './instant.tsx';

const UNITS: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** `3 min`, `2 d`; `0 s` for less than a second. */
function durationWords(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? ['s', 1000];
  return `${String(Math.floor(Math.max(ms, 0) / size))} ${unit}`;
}

/** `350 ms`, `2.4 s`, `3 min`: of what takes less than a minute mostly. */
export function latencyWords(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : durationWords(ms);
}

/** How long ago an instant was, or how far ahead it lies; the instant itself is its tooltip. */
export function Age({ at }: { at: string | null | undefined }) {
  const nowMs = useNowMs();
  if (at === null || at === undefined) return <>never</>;
  const ms = nowMs - Date.parse(at);
  return (
    <time dateTime={at} title={asUtc(at)}>
      {ms >= 0 ? `${durationWords(ms)} ago` : `in ${durationWords(-ms)}`}
    </time>
  );
}
