import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Accepted, CreatedSource } from '../test/e2e/running-gateway.ts';
import { post } from './post.ts';

/**
 * Posts alerts titled `<name> <number>` as gzip JSON Lines, several requests at a time; gives the ids of those that a
 * 202 vouched for, and how often a request was refused before. A request that is never accepted is an error: a run that loses one has no number.
 */
export async function postAlerts(
  source: CreatedSource,
  {
    alerts,
    perRequest,
    senders,
    name,
  }: { alerts: number; perRequest: number; senders: number; name: string },
): Promise<{ ids: string[]; refused: number }> {
  const ids: string[] = [];
  let refused = 0;
  const starts = Array.from({ length: Math.ceil(alerts / perRequest) }, (_, index) => index * perRequest);
  const send = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const count = Math.min(perRequest, alerts - start);
      const first = start;
      const lines = Array.from({ length: count }, (_, index) => line(`${name} ${String(first + index)}`));
      const answered = await postUntilDurable(source, gzipSync(lines.join('\n')), count);
      ids.push(...answered.ids);
      refused += answered.refused;
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  return { ids, refused };
}

/** Repeats the same bytes after a 503, as a sender must; the gateway knows them again. */
async function postUntilDurable(
  source: CreatedSource,
  body: Buffer,
  count: number,
): Promise<{ ids: string[]; refused: number }> {
  for (let tries = 1; ; tries += 1) {
    const { status, text } = await post(source.url, {
      headers: {
        authorization: `Bearer ${source.secret}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
      },
      body,
    });
    if (status === 202) {
      const { alert_ids: ids } = JSON.parse(text) as Accepted;
      if (ids.length !== count)
        throw new Error(`${String(ids.length)} of ${String(count)} alerts were accepted`);
      return { ids, refused: tries - 1 };
    }
    if ((status !== 503 && status !== 429) || tries === 10) {
      throw new Error(`a request of ${String(count)} alerts got ${String(status)}: ${text}`);
    }
    await pause(1_000);
  }
}

/** About 500 bytes. */
function line(title: string): string {
  return JSON.stringify({
    type: 'threat_alert',
    severity: 'high',
    title,
    description: 'Traffic to an address that is on a threat intelligence list. '.repeat(4),
    labels: { environment: 'prod' },
    details: { source_ip: '203.0.113.50', confidence: 95, rule: 'threat-intel' },
  });
}
