import { formatDuration } from '../../functions/core/config/duration.ts';
import { parseSourceSecret } from '../../functions/core/config/parse-secret.ts';
import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import { noteNewSecret, refuseSameSecret } from '../config/note-new-secret.ts';
import { foundBefore, reserved, savedSecret } from '../config/change-secret.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { CliFailure, refusedSettings } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { AS_GIVEN, readTypedSecret } from '../confidential-input.ts';
import { randomOf } from '../io.ts';
import { randomSourceSecret } from '../source/random-secret.ts';
import { endsEarly, overlapSeconds, rotated } from '../config/rotation.ts';
import { sourceCurl, sourceTestCommand } from '../source/curl.ts';
import { indented, renderFields } from '../screen/table.ts';
import { credentialHeader, ingestUrl } from '../words/views.ts';
import type { Credential } from '../../functions/core/model/config/credential.ts';
import type { Session } from '../session.ts';

type Options = { overlap?: string; secretStdin?: boolean };

export const addSourceRotate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'rotate <name>',
    summary: 'Give a source a new secret, printed once; the old one works on for the overlap',
    examples: ['tocsin source rotate ci', 'tocsin source rotate ci --overlap 0s'],
    options(command) {
      command
        .option('--overlap <duration>', 'how long the old secret still works, 0s to 30d (default: 24h)')
        .option('--secret-stdin', 'read the new secret from standard input');
    },
    run: rotateSource,
  });
};

/** The functions remember a source for 5 s, and its secret for 5 minutes unless the source says that it changed. */
const KNOWN_WITHIN_SECONDS = 10;
const REMEMBERED_SECONDS = 300;

async function rotateSource(session: Session, options: Options, name = ''): Promise<CommandResult> {
  const overlap = overlapSeconds(options.overlap);
  const { config, secrets, manifest } = await session.gateway();
  const source = await findConfig(config, 'source', name);
  if (!hasSecret(source.auth)) {
    throw new CliFailure(
      'no-secret',
      `source ${JSON.stringify(source.name)} has auth ${source.auth.type}, so there is nothing to rotate`,
    );
  }
  const secret = await newSecret(session, source, options);
  // Where somebody deleted or damaged the secret by hand, the source comes back with a new one.
  const { value: old = {}, version } = await foundBefore<Partial<Credential>>(
    async () => secrets.readSource(source.id),
    async () => secrets.versionOf('source', source.id),
  );
  refuseSameSecret('source', old.current, secret);
  const credential = rotated(old, secret, overlap, session.nowMs);
  const item = { ...source, kind: 'source' as const };
  const seconds = await reserved(session, item, async () => {
    await savedSecret(session, item, version, async () => secrets.saveSource(source.id, credential, version));
    const isKnown = await noteNewSecret(session, 'source', source);
    return isKnown ? KNOWN_WITHIN_SECONDS : REMEMBERED_SECONDS;
  });
  return describeRotated(session, source, {
    url: ingestUrl(manifest, source),
    old,
    credential,
    overlap,
    seconds,
  });
}

async function newSecret(session: Session, source: Source, { secretStdin }: Options): Promise<string> {
  if (secretStdin !== true) return randomSourceSecret(source, randomOf(session.io));
  const secret = parseSourceSecret(await readTypedSecret(session, 'secret'), source.auth.type);
  if (!secret.ok) throw refusedSettings(secret.problems, { secret: '--secret-stdin' });
  return secret.value;
}

type Rotated = {
  url: string;
  old: Partial<Credential>;
  credential: Credential;
  /** For how many seconds the old secret works on. */
  overlap: number;
  /** After how many seconds every function knows the new secret. */
  seconds: number;
};

function describeRotated(
  session: Session,
  source: Source,
  { url, old, credential, overlap, seconds }: Rotated,
): CommandResult {
  const { current: secret, previousNotAfter: until } = credential;
  const header = credentialHeader(source.auth);
  const curl = sourceCurl({ url, format: source.format, auth: source.auth, secret });
  const isGiven = session.isGiven(secret);
  const fields = renderFields(
    [
      ['url', url],
      ['header', header],
      ['secret', isGiven ? AS_GIVEN : secret],
    ],
    session.paint,
  );
  const notes = [
    ...(isGiven ? [] : [session.paint('yellow', 'The new secret is shown this once.')]),
    `It works now, and everywhere within ${formatDuration(seconds)}.`,
    describeOld(old, until, { overlap, seconds }),
    ...(endsEarly(old, session.nowMs)
      ? [`The secret before that one stops working within ${formatDuration(seconds)}.`]
      : []),
  ];
  return {
    json: {
      id: source.id,
      name: source.name,
      url,
      secret,
      header: header ?? null,
      curl,
      previous_not_after: until ?? null,
      usable_within_seconds: seconds,
    },
    text: `${session.paint('green', 'Rotated')} the secret of source ${session.paint('bold', source.name)}\n\n${indented(fields)}\n\n${notes.join(' ')}\n\nTry it:\n\n${isGiven ? sourceTestCommand(source) : curl}`,
  };
}

function describeOld(
  { current }: Partial<Credential>,
  until: string | undefined,
  { overlap, seconds }: Pick<Rotated, 'overlap' | 'seconds'>,
): string {
  if (current === undefined) return 'There was none before.';
  return until === undefined
    ? `The old secret stops working within ${formatDuration(seconds)}.`
    : `The old secret works until ${until} (${formatDuration(overlap)}).`;
}
