import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { arnOf } from '../account.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { checkQueueAttributes, settingsOf, takesLettersOf } from './queue-attributes.ts';
import type { QueueSettings } from './queue-attributes.ts';

export type Queue = {
  name: string;
  attributes: Record<string, string>;
  settings: QueueSettings;
  createdAtMs: number;
  modifiedAtMs: number;
};

export type QueueRegistry = ReturnType<typeof openQueueRegistry>;

type QueueRow = { name: string; attributes: string; created_at: number; modified_at: number };

/** The part of a queue URL or ARN that names the queue. */
export function queueNameOf(urlOrArn: string): string {
  return urlOrArn.split(/[/:]/).at(-1) ?? '';
}

/**
 * The queues and their attributes.
 *
 * Only names are stored: URLs are computed from the base of this run, so a data folder survives a change of port.
 */
export function openQueueRegistry(db: DatabaseSync, clock: Clock, account: Account, baseUrl: () => string) {
  db.exec(`create table if not exists queue (
    name text primary key, attributes text not null, created_at integer not null, modified_at integer not null)`);
  const upsert = db.prepare('insert or replace into queue values (?, ?, ?, ?)');
  const queues = new Map<string, Queue>();
  for (const row of db.prepare('select * from queue order by name').all() as QueueRow[]) {
    const attributes = JSON.parse(row.attributes) as Record<string, string>;
    queues.set(row.name, {
      name: row.name,
      attributes,
      settings: settingsOf(attributes),
      createdAtMs: row.created_at,
      modifiedAtMs: row.modified_at,
    });
  }

  const arn = (name: string): string => arnOf(account, 'sqs', name);
  const url = (name: string): string => `${baseUrl()}/${account.accountId}/${name}`;

  function find(nameUrlOrArn: string): Queue {
    const queue = queues.get(queueNameOf(nameUrlOrArn));
    if (queue === undefined) {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    }
    return queue;
  }

  function save(name: string, attributes: Record<string, string>, createdAtMs: number): Queue {
    const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
    const settings = settingsOf(set);
    if (settings.redrive !== undefined) {
      const { attributes: target } = find(settings.redrive.deadLetterTargetArn);
      if (!takesLettersOf(target, arn(name))) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${set['RedrivePolicy']} for parameter RedrivePolicy is invalid. Reason: The dead letter queue does not allow the source queue.`,
        );
      }
    }
    const queue = { name, attributes: set, settings, createdAtMs, modifiedAtMs: clock.now() };
    upsert.run(name, JSON.stringify(set), createdAtMs, queue.modifiedAtMs);
    queues.set(name, queue);
    return queue;
  }

  return {
    arn,
    url,
    find,
    list: (): Queue[] => [...queues.values()].sort((a, b) => a.name.localeCompare(b.name)),
    has: (name: string): boolean => queues.has(name),

    /** Creates a queue or gives an existing one exactly these attributes: what a deployment does. */
    deploy(name: string, attributes: Record<string, string>): Queue {
      checkQueueAttributes(attributes);
      return save(name, attributes, queues.get(name)?.createdAtMs ?? clock.now());
    },

    /** Queues whose redrive policy points at this one. */
    sourcesOf: (deadLetterArn: string): Queue[] =>
      [...queues.values()].filter((queue) => queue.settings.redrive?.deadLetterTargetArn === deadLetterArn),
  };
}
