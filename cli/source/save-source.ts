import type { SourceSettings } from '../../functions/core/config/parse-source.ts';
import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import { awsSourceId } from '../../functions/core/model/config/aws-events.ts';
import type { Credential } from '../../functions/core/model/config/credential.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { changeBoth, foundBefore } from '../config/change-secret.ts';
import { createConfig } from '../config/create-config.ts';
import { randomSourceId } from '../config/random-id.ts';
import { rotated } from '../config/rotation.ts';
import { tellLeftOver } from '../config/tell-left-over.ts';
import { CliFailure } from '../failure.ts';
import type { Gateway } from '../gateway.ts';
import { randomOf } from '../io.ts';
import type { Session } from '../session.ts';
import { randomSourceSecret } from './random-secret.ts';
import { nameTaken } from '../config/name-taken.ts';

/** How long a secret that a configuration file replaces works on: as long as after a rotation. */
const OVERLAP_SECONDS = 86_400;

/** Gives the source its id and its secret, and stores it, the secret first. Answers with the secret that was drawn. */
export async function storeSource(
  session: Session,
  settings: SourceSettings,
  options: { dictated?: string; madeBy?: MadeBy; show?: (source: Source, secret: string) => void } = {},
): Promise<{ source: Source; secret: string | undefined }> {
  const gateway = await session.gateway();
  const random = randomOf(session.io);
  const now = new Date(session.nowMs).toISOString();
  const id = await idFor(session, settings);
  const source: Source = { id, ...settings, isEnabled: true, createdAt: now, updatedAt: now };
  const secret = hasSecret(source.auth)
    ? (options.dictated ?? randomSourceSecret(source, random))
    : undefined;
  await createConfig(gateway, 'source', source, {
    saveSecret:
      secret === undefined
        ? undefined
        : async () => {
            const saved = await gateway.secrets.saveSource(id, { current: secret }, undefined);
            if (saved.result === 'saved' && options.dictated === undefined) options.show?.(source, secret);
            return saved;
          },
    madeBy: options.madeBy,
  });
  return { source, secret };
}

/** A random id. A source of AWS events has a fixed one, and needs a deployment that lets these events in. */
async function idFor(session: Session, { auth }: SourceSettings): Promise<string> {
  if (auth.type !== 'aws-event') return randomSourceId(randomOf(session.io));
  const { config, manifest } = await session.gateway();
  const { event } = auth;
  if (event !== 'other' && manifest.awsEvents?.includes(event) !== true) {
    throw new CliFailure(
      'no-aws-events',
      `the deployment lets no events of ${event} in; name them in awsEvents of tocsin.json and deploy`,
    );
  }
  const id = awsSourceId(event);
  const there = await config.locate('source', id);
  if (there === undefined) return id;
  throw new CliFailure(
    'source-there',
    `the events of ${event} have a source: ${JSON.stringify(there.name ?? id)}; change that one`,
  );
}

/**
 * Stores other settings in the place of those that were read. The secret stays, unless the source had none that it needs
 * now, or needs none any more.
 *
 * @param dictated the secret that it is to have, where somebody says it: the one before works on for a day
 */
export async function changeSource(
  session: Session,
  before: Source,
  settings: SourceSettings,
  { dictated, show }: { dictated?: string; show?: (source: Source, secret: string) => void } = {},
): Promise<{ after: Source; drawn: string | undefined }> {
  refuseOtherDoor(before, settings);
  const gateway = await session.gateway();
  const { secrets } = gateway;
  const getsSecret = !hasSecret(before.auth) && hasSecret(settings.auth);
  const losesSecret = hasSecret(before.auth) && !hasSecret(settings.auth);
  const isNewSecret = getsSecret || dictated !== undefined;
  const after = changed(before, settings, isNewSecret, session.nowMs);
  const drawn =
    getsSecret && dictated === undefined ? randomSourceSecret(after, randomOf(session.io)) : undefined;
  const versionOf = async () => secrets.versionOf('source', after.id);
  const found = isNewSecret
    ? await foundBefore(async () => secrets.readSource(after.id), versionOf)
    : { value: undefined, version: losesSecret ? await versionOf() : undefined };
  const over = found.version;
  const current = drawn ?? dictated;
  const credential =
    current === undefined
      ? undefined
      : withCurrent(getsSecret ? undefined : (found.value ?? {}), current, session.nowMs);
  const result = await changeBoth(
    session,
    { kind: 'source', before, after },
    credential === undefined ? undefined : { after: credential, over, before: found.value },
    {
      clear: async (...secret) => secrets.clear(...secret),
      save: async (value: Credential, version) => {
        const saved = await secrets.saveSource(after.id, value, version);
        if (saved.result === 'saved' && value.current === drawn) show?.(after, drawn);
        return saved;
      },
    },
  );
  if (result === 'name-taken') throw nameTaken('source', after.name);
  // It was deleted meanwhile: nothing names the secret any more.
  if (result === 'not-found' && credential !== undefined) await secrets.delete('source', after.id);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'source', before);
  if (losesSecret && over !== undefined) await clearSecret(gateway, after, over);
  return { after, drawn };
}

function changed(before: Source, settings: SourceSettings, isNewSecret: boolean, nowMs: number): Source {
  const secretVersion = (before.secretVersion ?? 0) + (isNewSecret ? 1 : 0);
  return {
    id: before.id,
    ...settings,
    ...(secretVersion > 0 && { secretVersion }),
    isEnabled: before.isEnabled,
    createdAt: before.createdAt,
    updatedAt: new Date(nowMs).toISOString(),
  };
}

/** The credential with another secret in it, beside which the one of before works on; `before` is undefined where none did. */
function withCurrent(before: Partial<Credential> | undefined, current: string, nowMs: number): Credential {
  if (before === undefined) return { current };
  return before.current === current
    ? { ...before, current }
    : rotated(before, current, OVERLAP_SECONDS, nowMs);
}

/** Takes away what no request needs any more. Where that fails it is told: the source has changed all the same. */
async function clearSecret(gateway: Gateway, { id, name }: Source, version: string): Promise<void> {
  const changed = { kind: 'source', id, name, done: 'changed', isDone: async () => true } as const;
  await tellLeftOver(gateway, changed, async () => {
    await gateway.secrets.clear('source', id, version);
  });
}

/** The id of a source says through which door it is reached. */
function refuseOtherDoor({ name, auth: had }: Source, { auth: wanted }: SourceSettings): void {
  const event = (auth: Source['auth']) => (auth.type === 'aws-event' ? auth.event : undefined);
  if (event(had) === event(wanted)) return;
  throw new CliFailure(
    'other-door',
    `source ${JSON.stringify(name)} cannot change between events of AWS and requests, nor to another service; create one beside it`,
  );
}
