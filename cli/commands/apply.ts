import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { countSteps, describePlan, describeShown, describeStep, stepView } from '../apply/describe-plan.ts';
import type { Shown, Step } from '../apply/kind.ts';
import { makePlan, type Plan } from '../apply/make-plan.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import { explainError } from '../words/explain-error.ts';
import type { Session } from '../session.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';

type Options = { dryRun?: boolean; detailedExitcode?: boolean; prune?: boolean };

export const addApply: CommandFile = (parent, run) => {
  addCommand<Options>(parent, run, {
    name: 'apply <files...>',
    summary: 'Make the configuration what files say; ids and secrets of what is there stay',
    examples: [
      'tocsin apply tocsin.yml --dry-run',
      'tocsin apply tocsin.yml',
      'tocsin apply sources.yml routes.yml --prune',
      'tocsin apply tocsin.yml --dry-run --detailed-exitcode',
    ],
    options(command) {
      command
        .option('--dry-run', 'only say what would change')
        .option('--detailed-exitcode', 'with --dry-run: exit status 2 when something would change')
        .option('--prune', 'delete what apply made and no file names any more');
    },
    async run(session, options, ...files) {
      const { dryRun = false, detailedExitcode = false, prune = false } = options;
      if (detailedExitcode && !dryRun) throw wrongUsage('--detailed-exitcode: goes with --dry-run only');
      await session.gateway();
      const plan = await makePlan(session, files, { prune });
      if (plan.problems.length > 0) throw refusedFiles(plan);
      for (const note of plan.notes) session.note(inert(note));
      if (!dryRun) return carryOut(session, plan.steps);
      return {
        json: viewOf(plan.steps, { dry_run: true, applied: 0, secrets: [] }),
        text: describePlan(plan.steps, session.paint),
        exitCode: detailedExitcode && plan.steps.length > 0 ? 2 : 0,
      };
    },
  });
};

/** Every problem with its place, as compilers write it. */
function refusedFiles({ problems }: Plan): CliFailure {
  const lines = problems.map(
    ({ file, line, column, path, message }) =>
      `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
  );
  return new CliFailure('invalid-configuration', lines.join('\n'), { problems });
}

/**
 * One step after the other; the first that fails ends it. A secret is shown before the item that has it is stored, so
 * that none is ever at work that nobody has seen.
 */
async function carryOut(session: Session, steps: readonly Step[]): Promise<CommandResult> {
  const { isJson, paint, io } = session;
  const say = (text: string): void => {
    if (!isJson) io.stdout.write(`${text}\n`);
  };
  const secrets: Shown[] = [];
  const done: Step[] = [];
  const show = (shown: Shown): void => {
    secrets.push(shown);
    say(describeShown(shown, paint));
  };
  for (const step of steps) {
    try {
      await step.run(show);
    } catch (error) {
      const { code, message } = explainError(error, io.env);
      const left = `${done.length} of ${steps.length} changes were made; run it again to make the rest`;
      const failure = new CliFailure(code, `${step.word} ${JSON.stringify(step.name)}: ${message}\n${left}`, {
        cause: error,
      });
      if (!isJson) throw failure;
      const view = { dry_run: false, applied: done.length, secrets, error: { code, message } };
      return { json: viewOf(steps, view), text: '', hasFailed: true };
    }
    done.push(step);
    say(describeStep(step, paint));
  }
  const { create, update, delete: removed } = countSteps(done);
  return {
    json: viewOf(steps, { dry_run: false, applied: done.length, secrets }),
    text:
      steps.length === 0
        ? 'No changes.'
        : `Applied: ${create} added, ${update} changed, ${removed} deleted. It takes effect ${TAKES_EFFECT}.`,
  };
}

function viewOf(steps: readonly Step[], rest: object): object {
  return { changes: steps.map(stepView), counts: countSteps(steps), ...rest };
}
