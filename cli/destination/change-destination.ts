import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { changeBoth, type SecretChange } from '../config/change-secret.ts';
import { tellLeftOver } from '../config/tell-left-over.ts';
import type { Session } from '../session.ts';
import { nameTaken } from '../config/name-taken.ts';

/** The destination as it is to be, and what of its secret goes with it. */
export type Changed<D extends Destination> = { settings: D; secret: SecretChange<WebhookSecret> | undefined };

/** Stores a destination in the place of the one that was read; its version counts up. */
export async function changeDestination(
  session: Session,
  before: Destination,
  changed: Changed<Destination>,
): Promise<Destination> {
  const gateway = await session.gateway();
  const after: Destination = {
    ...changed.settings,
    version: before.version + 1,
    updatedAt: new Date(session.nowMs).toISOString(),
  };
  const { secrets } = gateway;
  // Back to SES: nothing needs the password any more.
  const unused =
    before.channel === 'email' && before.transport !== undefined && !('transport' in after)
      ? await secrets.versionOf('destination', before.id)
      : undefined;
  const result = await changeBoth(session, { kind: 'destination', before, after }, changed.secret, {
    clear: async (...secret) => secrets.clear(...secret),
    save: async (secret: WebhookSecret, over) => secrets.saveDestination(before.id, secret, over),
  });
  if (result === 'name-taken') throw nameTaken('destination', after.name);
  // It was deleted meanwhile: nothing names the secret any more.
  if (result === 'not-found' && changed.secret !== undefined) await secrets.delete('destination', before.id);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'destination', before);
  if (unused !== undefined) {
    const changed = { id: before.id, name: after.name, done: 'changed', isDone: async () => true } as const;
    await tellLeftOver(gateway, { kind: 'destination', ...changed }, async () => {
      await secrets.clear('destination', before.id, unused);
    });
  }
  return after;
}

/** Without what both channels have and the parser leaves out where it does not differ from the default. */
export function withoutShared<D extends Destination>({
  minSeverity: _minimum,
  repeat: _repeat,
  resolved: _resolved,
  isDigesting: _digests,
  systemAlerts: _systemAlerts,
  ...rest
}: D) {
  return rest;
}
