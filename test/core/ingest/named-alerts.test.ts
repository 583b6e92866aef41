import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { alertIdsOf, type AcceptedRequest } from '../../../functions/core/model/wire/accepted-request.ts';
import { aRequest, aSource, inMemoryPorts } from './a-request.ts';
import { fixture } from './formats/read-payload.ts';

const FOLDER = new URL('../../fixtures/formats/', import.meta.url);
// What `mapping` takes is said by its source alone.
const FORMATS = readdirSync(FOLDER, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && entry.name !== 'mapping',
);

/** The ids that the record of a request names, and those that went into the queue. */
async function idsOf(format: string, file: string) {
  const { ports, enqueued } = inMemoryPorts({ sources: [aSource({ format })] });
  const claimed: AcceptedRequest[] = [];
  const ledger = {
    ...ports.ledger,
    claim: async (request: Parameters<typeof ports.ledger.claim>[0]) => {
      claimed.push(request);
      return ports.ledger.claim(request);
    },
  };
  await ingestAlerts(aRequest({ body: fixture(`${format}/${file}`) as object }), { ...ports, ledger }).catch(
    () => undefined,
  );
  return {
    named: claimed.flatMap(alertIdsOf).toSorted(),
    sent: enqueued.flatMap(({ alerts }) => alerts.map(({ id }) => id)).toSorted(),
  };
}

// The watcher and the audit know an alert by its request: one that the record does not name would be told of as lost.
it.each(FORMATS.map(({ name }) => name))(
  'the record of a request names every alert that was accepted, and no other: %s',
  async (format) => {
    const files = readdirSync(new URL(`${format}/`, FOLDER)).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(files.map(async (file) => idsOf(format, file)));
    for (const { named, sent } of found) expect(named).toEqual(sent);
    expect(found.some(({ sent }) => sent.length > 0)).toBe(files.length > 0);
  },
);
