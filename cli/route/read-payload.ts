import { GatewayError } from '../../functions/core/errors.ts';
import { ingestAlerts } from '../../functions/core/ingest/ingest-alerts.ts';
import { randomUuid } from '../config/random-id.ts';
import { CliFailure } from '../failure.ts';
import { randomOf } from '../io.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Session } from '../session.ts';

/**
 * The alerts that a payload becomes when a source sends it, made by what takes requests in production: decoding, format, schema
 * and all. Only its origin is taken for granted, and nothing is stored or queued.
 *
 * @throws CliFailure with the code that the sender would be answered
 */
export async function readPayload(
  session: Session,
  source: Source,
  body: Uint8Array,
  atMs: number,
): Promise<Alert[]> {
  const alerts: Alert[] = [];
  try {
    await ingestAlerts(
      { sourceId: source.id, method: 'POST', target: `/v1/ingest/${source.id}`, headers: {}, body },
      {
        sources: { find: async () => ({ ...source, auth: { type: 'none' }, isEnabled: true }) },
        secrets: { credential: async () => ({ current: '' }), refresh: async () => undefined },
        limiter: { take: async () => ({ allowed: true }) },
        ledger: { claim: async () => ({}), confirm: async () => undefined, widen: async () => undefined },
        alerts: { enqueue: async (accepted) => void alerts.push(...accepted.alerts) },
        clock: { now: () => atMs },
        ids: { uuid: () => randomUuid(randomOf(session.io)) },
        tenantId: 'default',
        sns: { certificate: async () => undefined, confirm: async () => undefined },
      },
    );
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const [first] = error.rejected ?? [];
    throw new CliFailure(
      error.code,
      `source ${JSON.stringify(source.name)} would refuse this payload: ${error.message}${first === undefined ? '' : `; record ${first.index}: ${first.detail}`}`,
    );
  }
  return alerts;
}
