import { digestView, ownStory, storyOf } from './digest-story.ts';
import { wholeRecordId } from './whole-record-id.ts';
import { notFoundId } from '../failure.ts';
import { paintSeverity } from '../screen/severity-style.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { shownCount } from '../../functions/core/text/count-words.ts';
import type { DigestMember } from '../../functions/core/operator/digest-story.ts';
import type { CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

/** Every alert of a digest, page by page, in the order in which they are written down. */
export async function listDigest(
  session: Session,
  beginning: string,
  { limit, after }: { limit: number; after?: string },
): Promise<CommandResult> {
  const gateway = await session.gateway();
  const { records } = gateway;
  const id = await wholeRecordId(session, gateway, beginning, ['digest']);
  const record = await records.digest(id);
  if (record === undefined) throw notFoundId('digest', id, `${TOCSIN} deliveries list --state digested`);
  const page = await records.digestMembers({ id, limit, ...(after !== undefined && { after }) });
  const first = page.items.find(({ delivery }) => delivery?.digest_id === id)?.delivery;
  const story =
    record.delivery === undefined
      ? first && (await storyOf(first, records, session.nowMs))
      : await ownStory(record.delivery, records, session.nowMs);
  const inner = page.items.find(({ entry }) => isDigest(entry));
  return {
    json: {
      digest: story === undefined ? { id } : digestView(story),
      deliveries: page.items.map(memberView),
      next: page.next ?? null,
    },
    text: [
      page.items.length === 0
        ? 'Nothing is in that digest'
        : renderTable(page.items, columnsAt(session.nowMs), session),
      ...(inner === undefined
        ? []
        : [`What is in a digest of these: ${TOCSIN} deliveries list --digest ${inner.entry.alertId}`]),
      ...(page.next === undefined ? [] : [`More: add --after ${page.next}`]),
    ].join('\n\n'),
  };
}

function columnsAt(nowMs: number): Column<DigestMember>[] {
  return [
    { title: 'RECEIVED', value: ({ entry }) => relativeTime(entry.firstAt, nowMs) },
    {
      title: 'SEVERITY',
      value: ({ entry }) => entry.severity,
      paint: ({ entry }, text, paint) => paintSeverity(entry.severity, text, paint),
    },
    {
      title: 'TITLE',
      value: ({ entry }) =>
        isDigest(entry) ? `digest of ${shownCount(entry.count)}: ${inert(entry.title)}` : inert(entry.title),
      shrinks: true,
    },
    { title: 'SOURCE', value: ({ entry }) => inert(entry.sourceName), shrinks: true, mayDrop: true },
    { title: 'STATE', value: ({ delivery }) => delivery?.state ?? 'not stored', mayDrop: true },
    { title: 'ALERT', value: ({ entry }) => entry.alertId },
  ];
}

function memberView({ deliveryId, entry, delivery }: DigestMember): object {
  return {
    id: deliveryId,
    alert_id: entry.alertId,
    alert_title: entry.title,
    source: entry.sourceName,
    severity: entry.severity,
    is_digest: isDigest(entry),
    count: entry.count,
    first_at: entry.firstAt,
    last_at: entry.lastAt,
    because: entry.because,
    state: delivery?.state ?? null,
  };
}

/** A window's digest that joined a storm is an entry that counts by severity. */
function isDigest({ bySeverity }: DigestMember['entry']): boolean {
  return bySeverity !== undefined;
}
