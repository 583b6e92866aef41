import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { BOUND_LIMIT } from '../database.ts';
import type { Queue } from './queue-registry.ts';

/** A message as stored. `group_id` is empty for a message without one; `receipt` is set once it was received. */
export type StoredMessage = {
  id: number;
  queue: string;
  message_id: string;
  body: string;
  attributes: string | null;
  body_md5: string;
  attributes_md5: string | null;
  group_id: string;
  sent_at: number;
  visible_at: number;
  receive_count: number;
  first_received_at: number | null;
  receipt: string | null;
  dead_letter_source: string | null;
};

type NewMessage = {
  body: string;
  bodyMd5: string;
  attributes?: string | undefined;
  attributesMd5?: string | undefined;
  groupId?: string | undefined;
  delaySeconds: number;
};

type Counted = { total: number; hidden: number; inFlight: number };
type QueueDepth = { visible: number; inFlight: number; delayed: number };

export type MessageStore = ReturnType<typeof openMessageStore>;

/** The messages of all queues: one table, no decisions. Callers bring the transaction. */
export function openMessageStore(db: DatabaseSync, clock: Clock) {
  const sql = statements(db);

  return {
    insert(queue: string, message: NewMessage): string {
      const now = clock.now();
      const messageId = randomUUID();
      sql.insert.run(
        queue,
        messageId,
        message.body,
        message.attributes ?? null,
        message.bodyMd5,
        message.attributesMd5 ?? null,
        message.groupId ?? '',
        now,
        now + message.delaySeconds * 1000,
      );
      return messageId;
    },
    visible: (queue: string, limit: number): StoredMessage[] =>
      sql.visible.all(queue, clock.now(), limit) as StoredMessage[],
    visibleInGroup: (queue: string, group: string, limit: number): StoredMessage[] =>
      sql.visibleInGroup.all(queue, group, clock.now(), limit) as StoredMessage[],
    groups: (queue: string): string[] => (sql.groups.all(queue) as { id: string }[]).map((row) => row.id),
    inFlightInGroup: (queue: string, group: string): number =>
      (sql.busyInGroup.get(queue, group, clock.now()) as { n: number }).n,

    /** Hides a message for a receiver and gives it the receipt that alone can delete it. */
    receive(message: StoredMessage, hiddenForSeconds: number): StoredMessage {
      const now = clock.now();
      const receipt = randomUUID();
      const visibleAt = now + hiddenForSeconds * 1000;
      sql.markReceived.run(visibleAt, receipt, now, message.id);
      return {
        ...message,
        receipt,
        visible_at: visibleAt,
        receive_count: message.receive_count + 1,
        first_received_at: message.first_received_at ?? now,
      };
    },
    releaseReceived: (): void => {
      sql.releaseAll.run(clock.now());
    },
    findReceived: (queue: string, id: number, receipt: string): StoredMessage | undefined =>
      sql.byReceipt.get(id, queue, receipt) as StoredMessage | undefined,
    remove: (queue: string, id: number, receipt: string): void => {
      sql.remove.run(id, queue, receipt);
    },
    hideFor: (message: StoredMessage, seconds: number): void => {
      sql.hideUntil.run(clock.now() + seconds * 1000, message.id);
    },
    /** Moves a message that was received too often. It keeps its age: a dead-letter queue counts from the first send. */
    deadLetter: (message: StoredMessage, queue: string, sourceArn: string): void => {
      sql.deadLetter.run(queue, clock.now(), sourceArn, message.id);
    },
    /** Moves a message as a move task does: new id, new age, no history. */
    move: (message: StoredMessage, queue: string): void => {
      const now = clock.now();
      sql.move.run(queue, randomUUID(), now, now, message.id);
    },
    expire: (queue: Queue): void => {
      sql.expire.run(queue.name, clock.now() - queue.settings.retentionSeconds * 1000);
    },
    /** When the next message of a queue becomes visible, epoch ms; undefined when it is empty. */
    nextVisibleAtMs: (queue: string): number | undefined =>
      (sql.next.get(queue) as { at: number | null }).at ?? undefined,
    purge: (queue: string): void => {
      sql.purge.run(queue);
    },
    depth: (queue: string): QueueDepth => {
      const { total, hidden, inFlight } = sql.counted.get(clock.now(), queue) as Counted;
      return { visible: total - hidden, inFlight, delayed: hidden - inFlight };
    },
  };
}

/** Makes the table where it is missing. */
function statements(db: DatabaseSync) {
  db.exec(`create table if not exists message (
      id integer primary key, queue text not null, message_id text not null, body text not null,
      attributes text, body_md5 text not null, attributes_md5 text, group_id text not null,
      sent_at integer not null, visible_at integer not null, receive_count integer not null default 0,
      first_received_at integer, receipt text, dead_letter_source text);
    create index if not exists message_by_visibility on message (queue, visible_at, id);
    create index if not exists message_by_group on message (queue, group_id, visible_at, id);
    create index if not exists message_in_flight on message (queue, group_id, visible_at) where receipt is not null;
    create index if not exists message_by_age on message (queue, sent_at)`);
  return {
    insert: db.prepare(`insert into message
    (queue, message_id, body, attributes, body_md5, attributes_md5, group_id, sent_at, visible_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    visible: db.prepare(
      `select * from message where queue = ? and visible_at <= ? order by visible_at, id ${BOUND_LIMIT}`,
    ),
    visibleInGroup: db.prepare(
      `select * from message where queue = ? and group_id = ? and visible_at <= ? order by visible_at, id ${BOUND_LIMIT}`,
    ),
    // One index seek per group: cheap also in front of a long backlog.
    groups: db.prepare(`with recursive g(id) as (
      select min(group_id) from message where queue = ?1
      union all select (select min(group_id) from message where queue = ?1 and group_id > g.id) from g where g.id is not null)
    select id from g where id is not null`),
    busyInGroup: db.prepare(`select count(*) as n from (
    select 1 from message where queue = ? and group_id = ? and visible_at > ? and receipt is not null limit 1000)`),
    markReceived:
      db.prepare(`update message set visible_at = ?, receipt = ?, receive_count = receive_count + 1,
    first_received_at = coalesce(first_received_at, ?) where id = ?`),
    releaseAll: db.prepare(
      'update message set visible_at = ?1, receipt = null where receipt is not null and visible_at > ?1',
    ),
    byReceipt: db.prepare('select * from message where id = ? and queue = ? and receipt = ?'),
    remove: db.prepare('delete from message where id = ? and queue = ? and receipt = ?'),
    hideUntil: db.prepare('update message set visible_at = ? where id = ?'),
    deadLetter: db.prepare(
      'update message set queue = ?, visible_at = ?, receipt = null, dead_letter_source = ? where id = ?',
    ),
    move: db.prepare(`update message set queue = ?, message_id = ?, sent_at = ?, visible_at = ?, receive_count = 0,
    first_received_at = null, receipt = null, dead_letter_source = null where id = ?`),
    expire: db.prepare('delete from message where queue = ? and sent_at <= ?'),
    next: db.prepare('select min(visible_at) as at from message where queue = ?'),
    purge: db.prepare('delete from message where queue = ?'),
    // By indexes alone: the rows hold the bodies.
    counted: db.prepare(`select
    (select count(*) from message where queue = ?2) as total,
    (select count(*) from message where queue = ?2 and visible_at > ?1) as hidden,
    (select count(*) from message where queue = ?2 and visible_at > ?1 and receipt is not null) as inFlight`),
  };
}
