import { httpsPublicDoor } from '../../functions/adapters/https/public-door.ts';
import { sendCanary } from '../../functions/core/canary/send-canary.ts';
import { CANARY_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import { flownCanary, type FlownCanary } from '../../functions/core/operator/canary-standing.ts';
import { randomUuid } from '../config/random-id.ts';
import type { Gateway } from '../gateway.ts';
import { randomOf, sleepOf } from '../io.ts';
import type { Session } from '../session.ts';
import { canaryOf, hasHeartbeat } from './has-canary.ts';

const POLL_MS = 250;

/** Sends a canary as the schedule does, where there is SES by mail too, and waits until it has gone all its way or has stopped for good. */
export async function flyCanary(
  session: Session,
  gateway: Gateway,
  timeoutSeconds: number,
): Promise<FlownCanary> {
  const canary = canaryOf(gateway);
  const { clock } = session.io;
  await canary.configuration.ensure();
  const sent = await sendCanary(
    { by: 'operator', withMail: gateway.manifest.emailFrom !== undefined },
    {
      canaries: canary.canaries,
      secret: async () => (await gateway.secrets.readSource(CANARY_SOURCE_ID)).value.current,
      door: httpsPublicDoor({ clock }),
      ingestUrl: gateway.manifest.ingestUrl,
      clock,
      ids: { uuid: () => randomUuid(randomOf(session.io)) },
    },
  );
  session.note(`sent, waiting for at most ${String(timeoutSeconds)} s`);
  const endMs = clock.now() + timeoutSeconds * 1_000;
  for (;;) {
    const flown = await flownCanary(sent, hasHeartbeat(gateway.manifest), canary);
    if (flown !== undefined && (hasEnded(flown) || clock.now() >= endMs)) return flown;
    await sleepOf(session.io)(POLL_MS);
  }
}

/** Nothing more is to come: the way and the mail have ended, each well or not. */
function hasEnded({ phases }: FlownCanary): boolean {
  const way = phases.filter(({ phase }) => phase !== 'mail');
  const isOver = (some: typeof phases): boolean =>
    some.some(({ state }) => state === 'failed') || some.every(({ state }) => state === 'done');
  const wasRouted = way.some(({ phase, state }) => phase === 'routed' && state === 'done');
  return isOver(way) && (!wasRouted || isOver(phases.filter(({ phase }) => phase === 'mail')));
}
