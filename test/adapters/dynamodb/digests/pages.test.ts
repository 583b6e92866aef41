import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDigestPages } from '../../../../functions/adapters/dynamodb/digests/pages.ts';
import { closeDigest } from '../../../../functions/core/deliver/flood/close-digest.ts';
import type { DigestEntry } from '../../../../functions/core/model/wire/digest.ts';
import type { DigestPages } from '../../../../functions/core/deliver/ports.ts';
import { jsonError } from '../../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const AT = '2026-01-15T15:00:00.000Z';
let digests = 0;

function anEntry(alertId: string): DigestEntry {
  return {
    alertId,
    key: 'key',
    severity: 'high',
    title: 'Something happened',
    sourceName: 'one',
    count: 1,
    firstAt: AT,
    lastAt: AT,
    because: 'flood',
  };
}

/** Pages of three entries, for a process that writes in a lane. */
function aDigest() {
  digests += 1;
  const digestId = `digest-${String(digests)}`;
  const aProcess = (lane = 0) =>
    dynamodbDigestPages({
      ...db,
      clock: clockAt(AT),
      retentionDays: 90,
      pageEntries: 3,
      moment: noWait,
      lane,
    });
  const add = async (pages: DigestPages, page: number, ...ids: string[]) =>
    Promise.all(ids.map(async (id) => pages.add({ digestId, page }, id, anEntry(id))));
  const held = async (pages: DigestPages) => {
    const ids: string[] = [];
    for await (const entries of pages.entries(digestId)) ids.push(...entries.map(({ alertId }) => alertId));
    return ids.sort();
  };
  return { digestId, aProcess, add, held };
}

const writes = () => db.calls.filter(({ operation }) => operation === 'UpdateItem').length;

describe('entries that come together', () => {
  test('are one write', async () => {
    const { aProcess, add, held } = aDigest();
    const pages = aProcess();
    const before = writes();
    expect(await add(pages, 0, 'a', 'b', 'c')).toEqual(['added', 'added', 'added']);
    expect(writes() - before).toBe(1);
    expect(await held(pages)).toEqual(['a', 'b', 'c']);
  });

  test('fill the page; those that are left are told that it is full, and the next page is the open one', async () => {
    const { digestId, aProcess, add, held } = aDigest();
    const pages = aProcess(2);
    const page = await pages.openPage(digestId);
    expect(await add(pages, page, 'a', 'b', 'c', 'd', 'e')).toEqual([
      'added',
      'added',
      'added',
      'full',
      'full',
    ]);
    expect(await pages.openPage(digestId)).toBe(page + 1);
    expect(await add(pages, page + 1, 'd', 'e')).toEqual(['added', 'added']);
    expect(await held(aProcess())).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('are one entry where a message comes twice at once', async () => {
    const { aProcess, add, held } = aDigest();
    const pages = aProcess();
    expect(await add(pages, 0, 'a', 'a', 'b')).toEqual(['added', 'added', 'added']);
    expect(await held(pages)).toEqual(['a', 'b']);
  });

  test('are there once when the answer to their write is lost', async () => {
    const { aProcess, add, held } = aDigest();
    const pages = aProcess();
    db.breakNext('UpdateItem', 'lost-answer');
    expect(await add(pages, 0, 'a', 'b')).toEqual(['added', 'added']);
    expect(await held(pages)).toEqual(['a', 'b']);
    expect(await add(pages, 0, 'c', 'd')).toEqual(['added', 'full']);
  });

  test('fail together when the table refuses, and the page has none of them', async () => {
    const { digestId, aProcess, held } = aDigest();
    const pages = aProcess();
    db.breakNext('UpdateItem', () => jsonError('AccessDeniedException'));
    const answers = await Promise.allSettled(
      ['a', 'b'].map(async (id) => pages.add({ digestId, page: 0 }, id, anEntry(id))),
    );
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await held(pages)).toEqual([]);
  });
});

describe('two processes in one lane', () => {
  test('fill the last place once; the other is told that the page is full', async () => {
    const { aProcess, add, held } = aDigest();
    const [one, other] = [aProcess(), aProcess()];
    await add(one, 0, 'a', 'b');
    const answers = await Promise.all([add(one, 0, 'c'), add(other, 0, 'd')]);
    expect(answers.flat().sort()).toEqual(['added', 'full']);
    expect(await held(one)).toHaveLength(3);
  });

  test('fill what is left of a page that one of them knows too little of', async () => {
    const { aProcess, add, held } = aDigest();
    const [one, other] = [aProcess(), aProcess()];
    await add(one, 0, 'a');
    await add(other, 0, 'b');
    const answers = await add(one, 0, 'c', 'd');
    expect(answers.sort()).toEqual(['added', 'full']);
    expect(await held(one)).toHaveLength(3);
  });

  test('an entry that the other has added is not told that the page is full, when others fill it', async () => {
    const { aProcess, add, held } = aDigest();
    const [one, other] = [aProcess(), aProcess()];
    await add(other, 0, 'b');
    // One place is left for it once it knows of one; its repetition of `b` does not fit any more.
    await add(one, 0, 'a');
    expect(await add(one, 0, 'c', 'b')).toEqual(['added', 'added']);
    expect(await held(one)).toEqual(['a', 'b', 'c']);
  });
});

describe('a digest that is sealed', () => {
  test('takes nobody, in no lane, on no page, and tells who was there', async () => {
    const { digestId, aProcess, add, held } = aDigest();
    const [first, last] = [aProcess(0), aProcess(3)];
    await add(first, await first.openPage(digestId), 'a', 'b', 'c');
    await add(last, await last.openPage(digestId), 'd');
    await aProcess().seal(digestId);
    expect(await add(first, await first.openPage(digestId), 'e')).toEqual(['sealed']);
    expect(await add(last, await last.openPage(digestId), 'd', 'f')).toEqual(['added', 'sealed']);
    const between = aProcess(1);
    expect(await add(between, await between.openPage(digestId), 'g')).toEqual(['sealed']);
    expect(await held(first)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('is sealed behind the pages that fill meanwhile', async () => {
    const { digestId, aProcess, add, held } = aDigest();
    const pages = aProcess();
    await add(pages, 0, 'a', 'b');
    // The sealing has seen page 0 when its last place is taken.
    db.breakNext('Query', async () => {
      await pages.add({ digestId, page: 0 }, 'c', anEntry('c'));
      await pages.add({ digestId, page: 1 }, 'd', anEntry('d'));
      return 'pass' as const;
    });
    await aProcess().seal(digestId);
    expect(await add(pages, 1, 'e')).toEqual(['sealed']);
    expect(await held(pages)).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each(['lost-answer', 'pass'] as const)(
    'holds an entry whose write meets the sealing, or its writer is told (%s)',
    async (fault) => {
      const { digestId, aProcess, add, held } = aDigest();
      const pages = aProcess();
      db.breakNext('UpdateItem', fault);
      const [[answer]] = await Promise.all([add(pages, 0, 'a'), aProcess().seal(digestId)]);
      expect(await held(pages)).toEqual(answer === 'added' ? ['a'] : []);
      expect(['added', 'sealed']).toContain(answer);
    },
  );

  test('says the same at every closing, and is empty when nobody joined', async () => {
    const { digestId, aProcess, add } = aDigest();
    const pages = aProcess();
    await add(pages, 0, 'a', 'b', 'c', 'd');
    await add(pages, 1, 'd');
    const summary = await closeDigest(digestId, pages);
    expect(summary).toMatchObject({ count: 4, by_severity: { high: 4 } });
    expect(await closeDigest(digestId, aProcess())).toEqual(summary);
    expect(await closeDigest('nobody-joined', pages)).toBeUndefined();
  });
});
