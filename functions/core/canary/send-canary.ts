import type { Canary, CanarySender, DoorAnswer } from '../model/wire/canary.ts';
import { CANARY_SOURCE_ID } from '../model/wire/alert.ts';
import type { Clock, IdGenerator } from '../world.ts';
import { canaryRequest } from './canary-request.ts';
import type { CanaryLog, PublicDoor } from './ports.ts';

export type SendCanaryPorts = {
  canaries: Pick<CanaryLog, 'begin' | 'answered'>;
  /** The secret of the canary's source. */
  secret: () => Promise<string>;
  door: PublicDoor;
  /** Base of the ingestion URLs. */
  ingestUrl: string;
  clock: Clock;
  ids: IdGenerator;
};

/** The code of a problem document. */
const PROBLEM_CODE = /^[a-z0-9-]{1,40}$/u;

/**
 * Sends one canary through the public door, and keeps what the door said.
 *
 * It is noted before it is sent: one whose sender dies is missed all the same.
 */
export async function sendCanary(
  { by, withMail }: { by: CanarySender; withMail: boolean },
  ports: SendCanaryPorts,
): Promise<Canary> {
  const { canaries, clock, ids } = ports;
  const sentMs = clock.now();
  const canary: Canary = {
    id: ids.uuid(),
    sent_at: new Date(sentMs).toISOString(),
    sent_by: by,
    with_mail: withMail,
  };
  await canaries.begin(canary);
  const answer = await posted(canary, ports);
  const door: DoorAnswer = { took_ms: clock.now() - sentMs, ...answer };
  await canaries.answered({ canary_id: canary.id, sent_at: canary.sent_at }, door);
  return { ...canary, door };
}

async function posted(
  canary: Canary,
  { secret, door, ingestUrl }: SendCanaryPorts,
): Promise<{ alert_id: string } | { problem: string }> {
  let key: string;
  try {
    key = await secret();
  } catch (error) {
    // The message names the secret and quotes none of it.
    return { problem: `its secret cannot be read: ${error instanceof Error ? error.message : 'unknown'}` };
  }
  const answer = await door.post({
    url: `${ingestUrl}/${CANARY_SOURCE_ID}`,
    ...canaryRequest(canary, key),
  });
  if ('problem' in answer) return answer;
  const { alert_ids: ids, code } = parsed(answer.text);
  const [id] = Array.isArray(ids) ? (ids as unknown[]) : [];
  if (answer.status === 202 && typeof id === 'string') return { alert_id: id };
  // Only a code of ours is kept: what else stands in front of the API may say anything.
  const said = typeof code === 'string' && PROBLEM_CODE.test(code) ? ` ${code}` : '';
  return { problem: `the door answered ${String(answer.status)}${said}; expected 202` };
}

function parsed(text: string): { alert_ids?: unknown; code?: unknown } {
  try {
    return Object(JSON.parse(text)) as { alert_ids?: unknown };
  } catch {
    return {};
  }
}
