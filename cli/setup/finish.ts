import { CliFailure } from '../failure.ts';
import { allOf } from '../config/find-config.ts';
import { PromptsLeft } from '../prompts.ts';
import { indented, renderFields } from '../screen/table.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { testOutcome } from '../destination/test-destination.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { CommandResult } from '../command.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';
import type { SetupCheck } from '../screen/checks.ts';
import { TOCSIN } from '../words/hint.ts';

/** How a wizard ends. `test` is false with `--no-test`. */
export type SetupOptions = { yes?: boolean; test?: boolean; timeoutSeconds: number };

type Created = { destination: Destination; json: object; text: string; checks: readonly SetupCheck[] };

/** The last question before anything is stored. */
export async function confirmSetup(
  session: Session,
  prompts: Prompts,
  { yes }: SetupOptions,
  { fields, isRecommended = true }: { fields: [string, string | undefined][]; isRecommended?: boolean },
): Promise<void> {
  if (yes === true) return;
  session.note(
    `${session.paint('bold', 'What will be created')}\n${indented(renderFields(fields, session.paint))}\n`,
  );
  const isSure = await prompts.confirm({
    message: isRecommended ? 'Create it?' : 'Nothing would arrive as things stand. Create it all the same?',
    default: isRecommended,
  });
  if (!isSure) throw new CliFailure('not-confirmed', 'nothing was created');
}

/** Shows what was made, tests it and says what comes next. A failed test is told, and undoes nothing. */
export async function finishSetup(
  session: Session,
  prompts: Prompts | undefined,
  setup: SetupOptions,
  { destination, ...created }: Created,
): Promise<CommandResult> {
  // At once, since whatever happens during the test must not swallow a secret that is shown once.
  if (!session.isJson) session.io.stdout.write(`${session.complete(created.text)}\n\n`);
  const test = (await isTestWanted(prompts, setup))
    ? await testOutcome(session, await session.gateway(), destination, setup.timeoutSeconds)
    : undefined;
  const next = await nextSteps(session, destination, test);
  return {
    hasFailed: test?.hasFailed === true,
    json: {
      ...created.json,
      checks: created.checks.map(({ result, text }) => ({ result, text })),
      test: test?.json ?? null,
    },
    text: [...(test === undefined ? [] : [test.text, '']), session.paint('bold', 'Next'), next].join('\n'),
  };
}

async function isTestWanted(prompts: Prompts | undefined, { yes, test }: SetupOptions): Promise<boolean> {
  if (test === false) return false;
  if (prompts === undefined || yes === true) return true;
  try {
    return await prompts.confirm({ message: 'Send a test alert now?', default: true });
  } catch (error) {
    // The destination exists by now, so leaving is no more than a no.
    if (error instanceof PromptsLeft) return false;
    throw error;
  }
}

async function nextSteps(
  session: Session,
  destination: Destination,
  test: CommandResult | undefined,
): Promise<string> {
  const { config } = await session.gateway();
  const [routes, sources] = await Promise.all([config.list('route'), config.list('source')]);
  const name = shellWord(destination.name);
  const route = `${TOCSIN} route create --name ${name} --to ${name}`;
  const steps: [string, string][] = [];
  if (test === undefined) steps.push(['try it', `${TOCSIN} destination test ${name}`]);
  if (test?.hasFailed === true) {
    steps.push(
      ['change what is wrong', `${TOCSIN} destination update ${name} --help`],
      ['try it again', `${TOCSIN} destination test ${name}`],
    );
  }
  if (allOf(sources).length === 0)
    steps.push(['let something send', `${TOCSIN} source create --name ci --format github`]);
  steps.push([
    allOf(routes).length === 0 ? 'choose what it gets (now: every alert)' : 'say which alerts it gets',
    route,
  ]);
  return indented(renderFields(steps, session.paint));
}
