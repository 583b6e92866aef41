import { equalInConstantTime } from '../../signing/constant-time.ts';
import { readJson } from '../body/read-body.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { isFields } from '../read-fields.ts';
import { refuseOversized } from '../request-size.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './verdict.ts';

/**
 * Where the clients of PagerDuty's Events API v2 post to, below a base address that can be changed. They have no other place for a
 * secret than the field `routing_key` of the body, and no path of their own:
 * https://developer.pagerduty.com/docs/send-alert-event
 */
export const ENQUEUE_PATH = '/v2/enqueue';

/** A routing key of ours is `src_<id>.<token>`: it says which source, and the whole of it is the secret. */
export function routingKeyFor(sourceId: string, token: string): string {
  return `${sourceId}.${token}`;
}

/**
 * The source that an event at `ENQUEUE_PATH` is for; an empty text when its routing key names none, which is then refused like any
 * unknown source. Nothing is proved by it yet.
 *
 * @throws GatewayError for a body that cannot be read
 */
export function enqueuedSourceId(request: Omit<IngestRequest, 'sourceId'>): string {
  refuseOversized({ ...request, sourceId: '' });
  const key = routingKeyOf([readJson(request)]) ?? '';
  const dot = key.indexOf('.');
  return dot === -1 ? '' : key.slice(0, dot);
}

/** The one routing key of everything in a body; undefined where there is none, or more than one. */
function routingKeyOf(documents: readonly unknown[]): string | undefined {
  const keys = new Set(
    documents.map((document) => (isFields(document) ? document['routing_key'] : undefined)),
  );
  const [key] = keys;
  return keys.size === 1 && typeof key === 'string' && key !== '' ? key : undefined;
}

export function verifyRoutingKey(documents: readonly unknown[], secrets: readonly string[]): AuthVerdict {
  const key = routingKeyOf(documents);
  if (key === undefined) {
    return refused('missing-credential');
  }
  return secrets.map((secret) => equalInConstantTime(key, secret)).includes(true)
    ? AUTHENTIC
    : refused('wrong-credential');
}

/** What PagerDuty answers to an event that it takes; its clients read the key, to resolve the incident by. */
export function enqueuedAnswer(dedupKey: string | undefined): Record<string, unknown> {
  return {
    status: 'success',
    message: 'Event processed',
    ...(dedupKey !== undefined && { dedup_key: dedupKey }),
  };
}
