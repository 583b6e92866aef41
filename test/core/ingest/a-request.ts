import { createHash } from 'node:crypto';
import { GatewayError } from '../../../functions/core/errors.ts';
import { ingestAlerts, type IngestPorts } from '../../../functions/core/ingest/ingest-alerts.ts';
import type { Ingested } from '../../../functions/core/ingest/ingested.ts';
import type { IngestRequest } from '../../../functions/core/ingest/ingest-request.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import type { Credential } from '../../../functions/core/model/config/credential.ts';
import { memoryLedger } from './memory-ledger.ts';

/** 2026-01-15T14:23:01.500Z: in the middle of a second, so that rounding shows. */
export const NOW_MS = 1_768_486_981_500;
export const NOW_SECONDS = Math.floor(NOW_MS / 1000);
export const SECRET = 'a-secret-of-the-sender-2f9c';

export function aSource(given: Partial<Source> = {}): Source {
  return {
    id: 'src_1',
    name: 'one',
    auth: { type: 'none' },
    format: 'generic',
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 86_400,
    rateLimit: { perMinute: 1_000_000 },
    isEnabled: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...given,
  };
}

export function aRequest(
  given: Partial<Omit<IngestRequest, 'body'>> & { body?: Uint8Array | string | object } = {},
): IngestRequest {
  const { body = { title: 'Something happened' } } = given;
  return {
    sourceId: 'src_1',
    method: 'POST',
    target: '/v1/ingest/src_1',
    headers: {},
    ...given,
    body:
      body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

/** Ports in memory. What was enqueued and asked for can be looked at; a step can be told to fail. */
export function inMemoryPorts(
  given: {
    sources?: Source[];
    credential?: Credential;
    refreshed?: Credential;
    nowMs?: number;
    failing?: ('sources' | 'credential' | 'refresh' | 'claim' | 'enqueue' | 'confirm')[];
  } = {},
) {
  const sources = given.sources ?? [aSource()];
  const failing = new Set(given.failing);
  const enqueued: AcceptedAlerts[] = [];
  const taken: { sourceId: string; count: number; perMinute: number; mayOverdraw: boolean }[] = [];
  const clock = { nowMs: given.nowMs ?? NOW_MS, now: () => clock.nowMs };
  const requests = memoryLedger(clock);
  let refreshes = 0;
  let ids = 0;
  const fail = (step: Parameters<typeof failing.has>[0]): void => {
    if (failing.has(step)) throw new Error(`${step} fails`);
  };
  const ports: IngestPorts = {
    clock,
    ids: {
      uuid: () => {
        ids += 1;
        return createHash('md5').update(String(ids)).digest('hex');
      },
    },
    tenantId: 'Tocsin',
    sources: {
      find: async (id) => {
        fail('sources');
        return sources.find((source) => source.id === id);
      },
    },
    secrets: {
      credential: async () => {
        fail('credential');
        return given.credential ?? { current: SECRET };
      },
      refresh: async () => {
        refreshes += 1;
        fail('refresh');
        return given.refreshed;
      },
    },
    limiter: {
      take: async (sourceId, { count, perMinute, mayOverdraw }) => {
        taken.push({ sourceId, count, perMinute, mayOverdraw });
        return { allowed: true };
      },
    },
    ledger: {
      claim: async (request) => {
        fail('claim');
        return requests.ledger.claim(request);
      },
      confirm: async (sourceId, key) => {
        fail('confirm');
        return requests.ledger.confirm(sourceId, key);
      },
      widen: async (...asked) => requests.ledger.widen(...asked),
    },
    sns: {
      certificate: async (url) => {
        throw new Error(`nobody should ask for ${url}`);
      },
      confirm: async (url) => {
        throw new Error(`nobody should visit ${url}`);
      },
    },
    alerts: {
      enqueue: async (accepted) => {
        fail('enqueue');
        enqueued.push(structuredClone(accepted));
      },
    },
  };
  return { ports, clock, failing, enqueued, keys: requests.keys, taken, refreshes: () => refreshes };
}

/** What came of a request: its answer, or the code and detail of its refusal. Any other error is a failed test. */
export async function outcome(
  request: IngestRequest,
  ports: IngestPorts = inMemoryPorts().ports,
): Promise<Ingested | { refusal: GatewayError }> {
  try {
    return await ingestAlerts(request, ports);
  } catch (error) {
    if (error instanceof GatewayError) return { refusal: error };
    throw error;
  }
}

/** `accepted`, or the code of the refusal. */
export async function codeOf(request: IngestRequest, ports?: IngestPorts): Promise<string> {
  const result = await outcome(request, ports);
  return 'refusal' in result ? result.refusal.code : 'accepted';
}
