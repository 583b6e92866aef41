import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../json-object.ts';
import { arnOf } from './account.ts';
import type { Account } from './account.ts';
import { AwsError, notEmulated } from './aws-error.ts';
import { requiredText } from './read-input.ts';

type ParameterRow = { name: string; type: string; value: string; version: number; modified_at: number };

/** `arn:aws:ssm:…:parameter/Tocsin/manifest`: the name's own leading slash is the separator. */
export function parameterArn(account: Account, name: string): string {
  return arnOf(account, 'ssm', `parameter/${name.replace(/^\//, '')}`);
}

/** SSM Parameter Store as far as reading parameters that the template sets. */
export function openSsm(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const { db, clock, account } = options;
  db.exec(`create table if not exists parameter (
    name text primary key, type text not null, value text not null, version integer not null, modified_at integer not null)`);
  const find = db.prepare('select * from parameter where name = ?');
  const save = db.prepare('insert or replace into parameter values (?, ?, ?, ?, ?)');

  const rowOf = (name: string): ParameterRow | undefined => find.get(name) as ParameterRow | undefined;
  const answered = (row: ParameterRow): JsonObject => ({
    Name: row.name,
    Type: row.type,
    Value: row.value,
    Version: row.version,
    LastModifiedDate: row.modified_at / 1000,
    ARN: parameterArn(account, row.name),
    DataType: 'text',
  });

  return {
    call(action: string, input: JsonObject): JsonObject {
      if (action !== 'GetParameter') throw notEmulated('UnknownOperationException', 'SSM', action);
      const name = requiredText(input, 'Name');
      const row = rowOf(name);
      if (row === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
      return { Parameter: answered(row) };
    },
    /** Sets a parameter as a deployment does; the same value keeps its version. */
    deploy(name: string, type: string, value: string): void {
      const row = rowOf(name);
      if (row?.value !== value) save.run(name, type, value, (row?.version ?? 0) + 1, clock.now());
    },
  };
}
