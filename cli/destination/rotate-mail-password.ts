import { egressAllow } from './check-addresses.ts';
import { foundBefore, reserved, savedSecret } from '../config/change-secret.ts';
import { refusedLogin } from './check-mail-server.ts';
import { CliFailure, refusedSettings, wrongUsage } from '../failure.ts';
import { readMailPassword } from './mail-password.ts';
import { indented, renderFields } from '../screen/table.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import type { EmailDestination, SmtpTransport } from '../../functions/core/model/config/destination.ts';
import type { CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { NOTED_LATE, TAKES_EFFECT } from '../words/takes-effect.ts';

type Options = {
  check?: boolean;
  passwordStdin?: boolean;
  overlap?: string;
  switchAfter?: string;
  secretStdin?: boolean;
};

/** The server knows one password, so there is no overlap: mails that fail meanwhile are sent again afterwards. */
export async function rotateMailPassword(
  session: Session,
  destination: EmailDestination & { transport: SmtpTransport },
  options: Options,
  tellFunctions: () => Promise<boolean>,
): Promise<CommandResult> {
  const { transport } = destination;
  refuseStray(options);
  const password = await readMailPassword(session, transport.host, options);
  if (!password.ok) throw refusedSettings(password.problems, { password: '--password-stdin' });
  const { secrets, manifest } = await session.gateway();
  const { value: old, version } = await foundBefore(
    async () => secrets.readDestination(destination.id),
    async () => secrets.versionOf('destination', destination.id),
  );
  if (old?.current === password.value) {
    throw new CliFailure('same-secret', 'that is the password it has already; nothing was changed');
  }
  const secret = { ...old, current: password.value };
  const untried =
    options.check === false
      ? undefined
      : await refusedLogin(session, transport, secret, egressAllow(manifest, session.io.env));
  const item = { ...destination, kind: 'destination' as const };
  const isKnown = await reserved(session, item, async () => {
    await savedSecret(session, item, version, async () =>
      secrets.saveDestination(destination.id, secret, version),
    );
    return tellFunctions();
  });
  const word = shellWord(destination.name);
  const when = ` It is used ${isKnown ? TAKES_EFFECT : NOTED_LATE}.`;
  return {
    json: { id: destination.id, name: destination.name, secret: null, previous_not_after: null },
    text: `${session.paint('green', 'Changed')} the password of destination ${session.paint('bold', destination.name)}.${when}${untried === undefined ? '' : `\n${untried}`}

${indented(
  renderFields(
    [
      ['try it', `${TOCSIN} destination test ${word}`],
      [
        'send what failed',
        `${TOCSIN} dead-letters redrive --destination ${word} --reason mail-login-refused`,
      ],
    ],
    session.paint,
  ),
)}`,
  };
}

function refuseStray({ overlap, switchAfter, secretStdin }: Options): void {
  const given = { '--overlap': overlap, '--switch-after': switchAfter, '--secret-stdin': secretStdin };
  const stray = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (stray.length === 0) return;
  throw wrongUsage(
    `${stray.join(', ')}: does not go with a mail server, which knows one password; see --password-stdin`,
  );
}
