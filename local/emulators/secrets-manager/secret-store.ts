import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { arnOf } from '../account.ts';
import type { Account } from '../account.ts';

/** A secret without its values. Instants are epoch seconds, as the API answers them. */
export type StoredSecret = {
  name: string;
  arn: string;
  description: string | null;
  tags: string;
  created_at: number;
  changed_at: number;
  /** When the recovery window ends; null for a secret that is not deleted. */
  deleted_at: number | null;
};

export type SecretVersion = {
  id: string;
  text: string | null;
  binary: string | null;
  createdAt: number;
  stages: string[];
};

type VersionRow = {
  id: string;
  text: string | null;
  binary: string | null;
  created_at: number;
  stages: string;
};

export type SecretStore = ReturnType<typeof openSecretStore>;

const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The ARN of a secret by name. AWS ends it with six random characters; ours follow from the name, so they can be known early. */
export function secretArn(account: Account, name: string): string {
  const digest = createHash('sha256').update(name).digest();
  const suffix = [...digest.subarray(0, 6)]
    .map((byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length])
    .join('');
  return arnOf(account, 'secretsmanager', `secret:${name}-${suffix}`);
}

/** Secrets and their versions in SQLite. */
export function openSecretStore(db: DatabaseSync, clock: Clock, account: Account) {
  db.exec(`create table if not exists secret (name text primary key, arn text not null unique, description text,
      tags text not null, created_at real not null, changed_at real not null, deleted_at real);
    create table if not exists secret_version (secret text not null, id text not null, text text, binary text,
      created_at real not null, stages text not null, primary key (secret, id))`);
  const byNameOrArn = db.prepare('select * from secret where name = ?1 or arn = ?1');
  const save = db.prepare('insert or replace into secret values (?, ?, ?, ?, ?, ?, ?)');
  const versions = db.prepare('select * from secret_version where secret = ? order by created_at, rowid');
  const saveVersion = db.prepare(`insert into secret_version values (?1, ?2, ?3, ?4, ?5, ?6)
    on conflict (secret, id) do update set stages = ?6`);
  const removeVersions = db.prepare('delete from secret_version where secret = ?');
  const remove = db.prepare('delete from secret where name = ?');
  const nowSeconds = (): number => clock.now() / 1000;

  function removeSecret(name: string): void {
    removeVersions.run(name);
    remove.run(name);
  }

  function find(nameOrArn: string): StoredSecret | undefined {
    const secret = byNameOrArn.get(nameOrArn) as StoredSecret | undefined;
    if (secret?.deleted_at == null || secret.deleted_at > nowSeconds()) return secret;
    removeSecret(secret.name);
    return undefined;
  }

  return {
    nowSeconds,
    find,
    remove: removeSecret,
    create(name: string, description: string | undefined, tags: unknown[]): StoredSecret {
      const at = nowSeconds();
      const arn = secretArn(account, name);
      save.run(name, arn, description ?? null, JSON.stringify(tags), at, at, null);
      return {
        name,
        arn,
        description: description ?? null,
        tags: JSON.stringify(tags),
        created_at: at,
        changed_at: at,
        deleted_at: null,
      };
    },
    save(secret: StoredSecret): void {
      save.run(
        secret.name,
        secret.arn,
        secret.description,
        secret.tags,
        secret.created_at,
        nowSeconds(),
        secret.deleted_at,
      );
    },
    versions: (secret: StoredSecret): SecretVersion[] =>
      (versions.all(secret.name) as VersionRow[]).map((row) => ({
        id: row.id,
        text: row.text,
        binary: row.binary,
        createdAt: row.created_at,
        stages: JSON.parse(row.stages) as string[],
      })),
    saveVersion(secret: StoredSecret, version: SecretVersion): void {
      const stages = JSON.stringify(version.stages);
      saveVersion.run(secret.name, version.id, version.text, version.binary, version.createdAt, stages);
    },
  };
}
