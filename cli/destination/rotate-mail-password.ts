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

/** The server knows one password, so there is no overlap: what fails meanwhile is sent again afterwards. */
export async function rotateMailPassword(
  session: Session,
  destination: EmailDestination & { transport: SmtpTransport },
  options: {
    check?: boolean;
    passwordStdin?: boolean;
    overlap?: string;
    switchAfter?: string;
    secretStdin?: boolean;
  },
  tellFunctions: () => Promise<boolean>,
): Promise<CommandResult> {
  const { transport } = destination;
  const stray = [
    ...(options.overlap === undefined ? [] : ['--overlap']),
    ...(options.switchAfter === undefined ? [] : ['--switch-after']),
    ...(options.secretStdin === undefined ? [] : ['--secret-stdin']),
  ];
  if (stray.length > 0) {
    throw wrongUsage(
      `${stray.join(', ')}: does not go with a mail server, which knows one password; see --password-stdin`,
    );
  }
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
  const isKnown = await reserved(session, { ...destination, kind: 'destination' }, async () => {
    await savedSecret(session, { ...destination, kind: 'destination' }, version, async () =>
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
