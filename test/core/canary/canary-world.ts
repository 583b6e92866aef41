import type { CanaryLog, PublicDoor } from '../../../functions/core/canary/ports.ts';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { receiveCanary } from '../../../functions/core/canary/receive-canary.ts';
import { runCanary, type RunCanaryPorts } from '../../../functions/core/canary/run-canary.ts';
import { publicTier } from '../../../functions/core/deliver/webhook/address-tier.ts';
import type { HttpAnswer, HttpPost } from '../../../functions/core/deliver/ports.ts';
import type { RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import { CANARY_SOURCE_ID, type Alert } from '../../../functions/core/model/wire/alert.ts';
import type { Canary, CanaryState } from '../../../functions/core/model/wire/canary.ts';
import { plannedDelivery, type Attempt, type Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { standardWebhooksSignature } from '../../../functions/core/signing/standard-webhooks.ts';
import { anAlert } from '../deliver/email/compose/an-alert.ts';

const SECRETS = { source: 'the secret of the source', destination: 'the secret of the destination' };
export const HEARTBEAT_URL = 'https://hc.example/ping/7f1c-secret-path';

/** Each stage of the canary's way, and whether it works. */
export type Outage =
  | 'door-refuses'
  | 'door-unreachable'
  | 'secret-gone'
  | 'router-dead'
  | 'worker-dead'
  | 'receiver-dead'
  | 'receiver-forgets'
  | 'heartbeat-unreachable'
  | 'mail-rejected';

/** A gateway in memory as the canary sees it: its door, router, worker and receiver, each of which may be out of order. */
export function canaryWorld({ hasHeartbeat = true, sendsMail = true } = {}) {
  const clock = { at: Date.parse('2026-03-01T00:00:00Z'), now: () => clock.at };
  const outages = new Set<Outage>();
  const canaries: Canary[] = [];
  let state: CanaryState = { alarms: {} };
  const trails = new Map<string, { routed: RoutedAlert; rows: Delivery[] }>();
  const waiting: Alert[] = [];
  const told: Alert[] = [];
  const pings: { url: string; body: string }[] = [];
  const lines: { event: string; fields: Record<string, unknown> }[] = [];

  const log: CanaryLog = {
    begin: async (canary) => void canaries.unshift({ ...canary }),
    answered: async ({ canary_id: id }, door) => void Object.assign(one(id), { door }),
    received: async ({ canary_id: id }, receivedAt) => {
      if (one(id).received_at !== undefined) return false;
      if (!outages.has('receiver-forgets')) one(id).received_at = receivedAt;
      return true;
    },
    heartbeat: async ({ canary_id: id }, heartbeat) => void Object.assign(one(id), { heartbeat }),
    newest: async (limit) => canaries.slice(0, limit),
    find: async ({ canary_id: id }) => canaries.find((canary) => canary.id === id),
    state: async () => state,
    mailedOn: async (day) => void (state = { ...state, mailed_on: day }),
    keepAlarm: async (watch, alarm) => {
      const { [watch]: _, ...others } = state.alarms;
      state = { ...state, alarms: alarm === undefined ? others : { ...others, [watch]: alarm } };
    },
  };
  const one = (id: string): Canary => {
    const found = canaries.find((canary) => canary.id === id);
    if (found === undefined) throw new Error(`no canary ${id}`);
    return found;
  };

  const door: PublicDoor = {
    post: async ({ body }) => {
      clock.at += 40;
      if (outages.has('door-unreachable')) return { problem: 'no connection: ENOTFOUND' };
      if (outages.has('door-refuses')) {
        return {
          status: 401,
          text: JSON.stringify({ code: 'unauthorized', detail: 'a word of somebody else' }),
        };
      }
      const { details, event_time: eventTime } = JSON.parse(body) as {
        details: Record<string, unknown>;
        event_time: string;
      };
      const alert = anAlert({
        id: `alert-of-${String(details['canary_id'])}`,
        received_at: eventTime,
        source: { id: CANARY_SOURCE_ID, name: 'tocsin-canary', format: 'generic' },
        details,
      });
      waiting.push(alert);
      return { status: 202, text: JSON.stringify({ alert_ids: [alert.id] }) };
    },
  };

  const http = {
    post: async ({ url, body }: HttpPost): Promise<HttpAnswer> => {
      pings.push({ url, body });
      clock.at += 20;
      return outages.has('heartbeat-unreachable')
        ? { answer: 'connection-failed', detail: 'connection failed (ECONNREFUSED)', phasesMs: {} }
        : { answer: 'response', status: 200, bodyStart: new Uint8Array(), phasesMs: {} };
    },
  };
  const heartbeat = {
    heartbeatUrl: { read: async () => (hasHeartbeat ? HEARTBEAT_URL : undefined) },
    http,
    addresses: publicTier(),
    clock,
  };

  let ids = 0;
  const ports: RunCanaryPorts = {
    configuration: { ensure: async () => undefined },
    canaries: log,
    secret: async () => {
      if (outages.has('secret-gone'))
        throw new Error('secret "Tocsin/source/src_tocsinCanary" does not exist');
      return SECRETS.source;
    },
    door,
    ingestUrl: 'https://alerts.example/v1/ingest',
    stored: { find: async (wanted) => new Map([...trails].filter(([id]) => wanted.includes(id))) },
    alerts: { enqueue: async ({ alerts }) => void told.push(...alerts) },
    hasHeartbeat,
    ...heartbeat,
    ids: { uuid: () => `canary-${String((ids += 1))}` },
    tenantId: 'Tocsin',
    sendsMail,
    log: {
      info: (event, fields) => void lines.push({ event, fields }),
      error: (event, fields) => void lines.push({ event, fields }),
    },
  };

  async function route(alert: Alert): Promise<void> {
    clock.at += 100;
    const routing = routeAlert(
      alert,
      { routes: [], destinations: [], unreadable: { routes: [], destinations: [] } },
      clock.at,
    );
    const routed: RoutedAlert = {
      alert,
      routing: 'routed',
      routed_at: new Date(clock.at).toISOString(),
      ...routing,
    };
    trails.set(alert.id, { routed, rows: [] });
    for (const planned of routing.deliveries) {
      if (planned.channel === 'email') mail(plannedDelivery(planned, routed));
      else if (!outages.has('worker-dead')) await deliver(plannedDelivery(planned, routed), alert);
    }
  }

  function end(delivery: Delivery, attempt: Partial<Attempt>, state: 'delivered' | 'dead'): void {
    const made: Attempt = {
      number: 1,
      started_at: new Date(clock.at).toISOString(),
      duration_ms: 30,
      outcome: state === 'delivered' ? 'delivered' : 'failed',
      destination_version: 1,
      ...attempt,
    };
    const { reason } = made;
    trails
      .get(delivery.alert_id)
      ?.rows.push({ ...delivery, state, ...(reason !== undefined && { reason }), attempts: [made] });
  }

  function mail(delivery: Delivery): void {
    if (outages.has('mail-rejected')) end(delivery, { reason: 'mail-not-permitted' }, 'dead');
    else end(delivery, {}, 'delivered');
  }

  async function deliver(delivery: Delivery, alert: Alert): Promise<void> {
    const body = JSON.stringify({ data: alert });
    clock.at += 100;
    const started_at = new Date(clock.at).toISOString();
    if (outages.has('receiver-dead')) {
      end(delivery, { started_at, status: 500, reason: 'receiver-failing' }, 'dead');
      return;
    }
    await receive(body);
    end(delivery, { started_at, status: 200 }, 'delivered');
  }

  async function receive(body: string, { secret = SECRETS.destination, ageMs = 0 } = {}) {
    const timestampSeconds = Math.floor((clock.at - ageMs) / 1_000);
    return receiveCanary(
      {
        headers: {
          'webhook-id': 'delivery',
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': standardWebhooksSignature([secret], {
            id: 'delivery',
            timestampSeconds,
            body,
          }),
        },
        body,
      },
      { ...heartbeat, canaries: log, secret: async () => SECRETS.destination },
    );
  }

  /** A run of the schedule, and all that follows from it. */
  async function run(): Promise<void> {
    await runCanary(ports);
    if (outages.has('router-dead')) return;
    for (const alert of waiting.splice(0)) await route(alert);
  }

  return {
    clock,
    canaries,
    told,
    pings,
    lines,
    ports,
    log,
    run,
    receive,
    trails,
    state: () => state,
    breaks: (outage: Outage) => outages.add(outage),
    mends: (outage: Outage) => outages.delete(outage),
    /** So many minutes go by with a run every five. */
    async pass(minutes: number): Promise<void> {
      for (let left = minutes; left > 0; left -= 5) {
        await run();
        clock.at += 5 * 60_000 - ((clock.at - Date.parse('2026-03-01T00:00:00Z')) % (5 * 60_000));
      }
    },
  };
}
