import { CliFailure } from '../failure.ts';
import type { Prompts } from '../prompts.ts';

type Remedy = 'ca' | 'password';

const REMEDIES: Readonly<Record<Remedy, string>> = {
  password: 'enter the password once more',
  ca: 'give the certificate of its private authority (a PEM file)',
};

/**
 * Asks how to go on after a failed check: by a remedy that may help, with another try, or all the same.
 *
 * @throws CliFailure when the person stops
 */
export async function askWhatNow(
  prompts: Prompts,
  remedies: readonly Remedy[],
): Promise<Remedy | 'again' | 'go-on'> {
  const next = await prompts.choice({
    message: 'What now?',
    choices: [
      ...remedies.map((value) => ({ value, name: REMEDIES[value] })),
      { value: 'again' as const, name: 'try again' },
      { value: 'go-on' as const, name: 'create it all the same' },
      { value: 'stop' as const, name: 'stop; nothing is created' },
    ],
  });
  if (next === 'stop') throw new CliFailure('not-confirmed', 'nothing was created');
  return next;
}
