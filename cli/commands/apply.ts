import { addCommand, type CommandFile } from '../command.ts';
import { carryOut, planView } from '../apply/carry-out.ts';
import { describePlan } from '../apply/describe-plan.ts';
import { makePlan, refusedFiles } from '../apply/make-plan.ts';
import { readTexts } from '../apply/read-files.ts';
import { effectLines, effectOfPlan, effectOfView } from '../apply/plan-effect.ts';
import { wrongUsage } from '../failure.ts';
import { inert } from '../screen/terminal.ts';

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
      const plan = await makePlan(session, await readTexts(session.io, files), { prune });
      if (plan.problems.length > 0) throw refusedFiles(plan);
      for (const note of plan.notes) session.note(inert(note));
      const effect = await effectOfPlan(session, plan.steps);
      if (!dryRun) return carryOut(session, plan.steps, effect === undefined ? {} : { effect });
      const view = { dry_run: true, applied: 0, secrets: [], ...effectOfView(effect) };
      return {
        json: planView(plan.steps, view),
        text: [describePlan(plan.steps, session.paint), ...effectLines(effect)].join('\n'),
        exitCode: detailedExitcode && plan.steps.length > 0 ? 2 : 0,
      };
    },
  });
};
