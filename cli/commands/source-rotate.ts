import { formatDuration } from '../../functions/core/config/duration.ts';
import { parseSourceSecret } from '../../functions/core/config/parse-secret.ts';
import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import { noteNewSecret, refuseSameSecret } from '../config/note-new-secret.ts';
import { foundBefore, reserved, savedSecret } from '../config/change-secret.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { CliFailure, refusedSettings } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { AS_GIVEN, readSecretInput } from '../confidential-input.ts';
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
    async run(session, options, name = '') {
      const overlap = overlapSeconds(options.overlap);
      const { config, secrets, manifest } = await session.gateway();
      const source = await findConfig(config, 'source', name);
      if (!hasSecret(source.auth)) {
        throw new CliFailure(
          'no-secret',
          `source ${JSON.stringify(source.name)} has auth ${source.auth.type}, so there is nothing to rotate`,
        );
      }
      const secret = await newSecret(session, source, options.secretStdin === true);
      // Where somebody deleted or damaged the secret by hand, the source comes back with a new one.
      const { value: old = {}, version } = await foundBefore<Partial<Credential>>(
        async () => secrets.readSource(source.id),
        async () => secrets.versionOf('source', source.id),
      );
      refuseSameSecret('source', old.current, secret);
      const credential = rotated(old, secret, overlap, session.nowMs);
      const seconds = await reserved(session, { ...source, kind: 'source' }, async () => {
        await savedSecret(session, { ...source, kind: 'source' }, version, async () =>
          secrets.saveSource(source.id, credential, version),
        );
        const isKnown = await noteNewSecret(session, 'source', source);
        return isKnown ? KNOWN_WITHIN_SECONDS : REMEMBERED_SECONDS;
      });
      const url = ingestUrl(manifest, source);
      const header = credentialHeader(source.auth);
      const curl = sourceCurl({ url, format: source.format, auth: source.auth, secret });
      const until = credential.previousNotAfter;
      const isGiven = session.isGiven(secret);
      const notes = [
        `It works now, and everywhere within ${formatDuration(seconds)}.`,
        old.current === undefined
          ? 'There was none before.'
          : until === undefined
            ? `The old secret stops working within ${formatDuration(seconds)}.`
            : `The old secret works until ${until} (${formatDuration(overlap)}).`,
        ...(endsEarly(old, session.nowMs)
          ? [`The secret before that one stops working within ${formatDuration(seconds)}.`]
          : []),
      ];
      const fields = renderFields(
        [
          ['url', url],
          ['header', header],
          ['secret', isGiven ? AS_GIVEN : secret],
        ],
        session.paint,
      );
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
        text: `${session.paint('green', 'Rotated')} the secret of source ${session.paint('bold', source.name)}\n\n${indented(fields)}\n\n${[...(isGiven ? [] : [session.paint('yellow', 'The new secret is shown this once.')]), ...notes].join(' ')}\n\nTry it:\n\n${isGiven ? sourceTestCommand(source) : curl}`,
      };
    },
  });
};

/** The functions remember a source for 5 s, and its secret for 5 minutes unless the source says that it changed. */
const KNOWN_WITHIN_SECONDS = 10;
const REMEMBERED_SECONDS = 300;

async function newSecret(session: Session, source: Source, fromStdin: boolean): Promise<string> {
  if (!fromStdin) return randomSourceSecret(source, randomOf(session.io));
  if (session.io.stdin.isTTY === true) session.note('type the secret, then Enter and Ctrl-D:');
  const secret = parseSourceSecret(await readSecretInput(session), source.auth.type);
  if (!secret.ok) throw refusedSettings(secret.problems, { secret: '--secret-stdin' });
  return secret.value;
}
