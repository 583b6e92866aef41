const SHORT = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const ZONE = new Intl.DateTimeFormat(undefined).resolvedOptions().timeZone;
const IS_UTC = ['UTC', 'Etc/UTC', 'GMT'].includes(ZONE);

/** `2026-11-27 01:02:03 UTC` */
export function asUtc(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms)
    ? at
    : `${new Date(ms)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/u, '')} UTC`;
}

/** An instant in the reader's time zone, and in UTC beside it. */
export function Instant({ at }: { at: string | null | undefined }) {
  if (at === null || at === undefined) return <>–</>;
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <>{at}</>;
  return (
    <time className="instant" dateTime={at} title={ZONE}>
      {IS_UTC ? asUtc(at) : SHORT.format(ms)}
      {!IS_UTC && <small>{asUtc(at)}</small>}
    </time>
  );
}
