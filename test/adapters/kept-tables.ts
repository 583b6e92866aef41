import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../local/emulators/database.ts';

/**
 * Keeps what the emulators remember now, and gives what brings it back: one transaction in place of the calls that made it.
 *
 * The emulators keep in memory only what tables, queues and identities there are; that must be the same again.
 */
export function keepTables(db: DatabaseSync): () => void {
  const rows = db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .all() as { name: string }[];
  const steps = rows.flatMap(({ name }) => {
    db.exec(`drop table if exists temp."kept_${name}"`);
    db.exec(`create temp table "kept_${name}" as select * from main."${name}"`);
    return [
      db.prepare(`delete from main."${name}"`),
      db.prepare(`insert into main."${name}" select * from temp."kept_${name}"`),
    ];
  });
  return () => {
    inTransaction(db, () => {
      for (const step of steps) step.run();
    });
  };
}
