import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { SilenceLine } from '../../api/configuration.ts';
import { useNowMs } from '../view/session.ts';

const DAYS = 35;
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

/** Which silences hold on which of the next days, in the reader's time zone. */
export function SilenceCalendar({ silences }: { silences: readonly SilenceLine[] }) {
  const nowMs = useNowMs();
  const open = silences.filter(({ state }) => state !== 'ended');
  return (
    <Container header={<Header variant="h2">The next five weeks</Header>}>
      <ol className="silence-days">
        {daysFrom(nowMs).map(([startMs, endMs], index) => (
          <li key={startMs} className={index === 0 ? 'silence-day is-today' : 'silence-day'}>
            <time dateTime={new Date(startMs).toISOString().slice(0, 10)}>
              {index === 0 ? 'Today' : DAY.format(startMs)}
            </time>
            <ul>
              {open
                .filter((silence) => holdsWithin(silence, startMs, endMs))
                .map((silence) => (
                  <li key={silence.id}>
                    <span className="foreign">{silence.comment}</span>
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ol>
    </Container>
  );
}

/** Start and end of each day; a day has 23 or 25 hours when the clocks change. */
function daysFrom(nowMs: number): [startMs: number, endMs: number][] {
  const today = new Date(nowMs);
  const startOf = (offset: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset).getTime();
  return Array.from({ length: DAYS }, (_, offset) => [startOf(offset), startOf(offset + 1)]);
}

function holdsWithin(silence: SilenceLine, startMs: number, endMs: number): boolean {
  return Date.parse(silence.starts_at) < endMs && Date.parse(silence.ends_at) > startMs;
}
