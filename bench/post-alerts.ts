import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Accepted, CreatedSource } from '../test/e2e/running-gateway.ts';
import { post } from './post.ts';
import { sendRequests, type Sent } from './send-requests.ts';
import { threatAlert } from './threat-alert.ts';

/**
 * Posts alerts titled `<name> <number>` as gzip JSON Lines, several requests at a time; gives the ids of those that a
 * 202 vouched for, and how often a request was refused before. A request that is never accepted is an error: a run that loses one has no number.
 */
export async function postAlerts(
  source: CreatedSource,
  sent: Sent,
): Promise<{ ids: string[]; refused: number }> {
  const ids: string[] = [];
  let refused = 0;
  await sendRequests(sent, async (titles) => {
    const lines = titles.map((title) => JSON.stringify(threatAlert(title)));
    const answered = await postUntilDurable(source, gzipSync(lines.join('\n')), titles.length);
    ids.push(...answered.ids);
    refused += answered.refused;
  });
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
