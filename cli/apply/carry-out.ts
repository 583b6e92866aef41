import type { CommandResult } from '../command.ts';
import { CliFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import { explainError } from '../words/explain-error.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';
import { countSteps, describeShown, describeStep, stepView } from './describe-plan.ts';
import type { RouteEffect } from '../../functions/core/operator/route-effect.ts';
import { effectLines, effectOfView } from './plan-effect.ts';
import type { Shown, Step } from './kind.ts';

/**
 * One step after the other; the first that fails ends it. A secret is shown before the item that has it is stored, so
 * that none is ever at work that nobody has seen.
 *
 * @param isPlanShown the steps stand on the screen already, and the effect with them
 * @param effect who would newly be told and who no longer
 */
export async function carryOut(
  session: Session,
  steps: readonly Step[],
  { isPlanShown = false, effect }: { isPlanShown?: boolean; effect?: RouteEffect } = {},
): Promise<CommandResult> {
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
      return { json: planView(steps, view), text: '', hasFailed: true };
    }
    done.push(step);
    if (!isPlanShown) say(describeStep(step, paint));
  }
  const { create, update, delete: removed } = countSteps(done);
  return {
    json: planView(steps, { dry_run: false, applied: done.length, secrets, ...effectOfView(effect) }),
    text:
      steps.length === 0
        ? 'No changes.'
        : [
            `Applied: ${create} added, ${update} changed, ${removed} deleted. It takes effect ${TAKES_EFFECT}.`,
            ...(isPlanShown ? [] : effectLines(effect)),
          ].join('\n'),
  };
}

export function planView(steps: readonly Step[], rest: object): object {
  return { changes: steps.map(stepView), counts: countSteps(steps), ...rest };
}
