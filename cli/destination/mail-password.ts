import { parseMailPassword } from '../../functions/core/config/parse-transport.ts';
import { wrongUsage } from '../failure.ts';
import { readSecretInput } from '../confidential-input.ts';
import { promptsOf } from '../prompts.ts';
import type { Parsed } from '../../functions/core/config/problem.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

/**
 * The password of a mail server: from standard input, or asked for where somebody can be asked.
 *
 * A terminal shows what is typed into standard input, so that is not read from one.
 */
export async function readMailPassword(
  session: Session,
  host: string,
  { passwordStdin }: { passwordStdin?: boolean },
): Promise<Parsed<string>> {
  if (passwordStdin === true) {
    if (session.io.stdin.isTTY === true) {
      throw wrongUsage('--password-stdin: a terminal would show it; leave it out to be asked, or pipe it in');
    }
    return parseMailPassword(await readSecretInput(session), host);
  }
  const prompts = promptsOf(session.io, session.isJson);
  return prompts === undefined
    ? {
        ok: false,
        problems: [{ path: 'password', message: 'missing; pipe the password of the mail server in' }],
      }
    : { ok: true, value: await askMailPassword(prompts, host) };
}

export async function askMailPassword(prompts: Prompts, host: string): Promise<string> {
  const answer = await prompts.secret({
    message: /(^|\.)gmail\.com$/.test(host) ? 'App Password (16 letters, spaces do not matter)' : 'Password',
    check: (text) => {
      const parsed = parseMailPassword(text, host);
      return parsed.ok ? undefined : parsed.problems.map(({ message }) => message).join('; ');
    },
  });
  const parsed = parseMailPassword(answer, host);
  return parsed.ok ? parsed.value : answer;
}
