import { carryOut } from '../apply/carry-out.ts';
import { describePlan } from '../apply/describe-plan.ts';
import { writeYaml } from '../apply/export-config.ts';
import type { Step } from '../apply/kind.ts';
import { makePlan, refusedFiles } from '../apply/make-plan.ts';
import { effectLines, effectOfPlan } from '../apply/plan-effect.ts';
import { ROUTES_MAP } from '../apply/route-references.ts';
import type { CommandResult } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { wrongUsage, type CliFailure } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { snsSubscribeCommand } from '../source/sns-subscribe.ts';
import { TOCSIN } from '../words/hint.ts';
import { ingestUrl } from '../words/views.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { packDocument, type PackChoice, type PackDocument } from './pack-document.ts';
import type { Pack } from './pack.ts';

/**
 * Applies the file of a pack, the plan told before. It adds what is missing and points its route where the operator says;
 * what is there under its names stays as it is, since an operator may have changed it.
 */
export async function enablePack(session: Session, pack: Pack, choice: PackChoice): Promise<CommandResult> {
  const gateway = await session.gateway();
  const file = await packDocument(pack, gateway, choice);
  const text = writeYaml(file.document, process.cwd());
  const plan = await makePlan(session, [{ file: `pack ${pack.name}`, text }], { prune: false });
  if (plan.problems.length > 0) throw refusedFiles(plan);
  const steps = plan.steps.filter((step) => !isKept(step));
  const kept = plan.steps.filter(isKept);
  if (file.isTopicMissing && steps.some(({ map }) => map === 'sources')) throw withoutTopic(pack);
  for (const { word, name } of kept) {
    session.note(
      `${word} ${inert(name)} is there and stays as it is; to make it as the pack says: ${TOCSIN} pack show ${pack.name} > pack.yml, then ${TOCSIN} apply pack.yml`,
    );
  }
  const effect = await effectOfPlan(session, steps);
  if (!session.isJson && steps.length > 0) {
    const told = [describePlan(steps, session.paint), ...effectLines(effect)].join('\n');
    session.io.stdout.write(`${session.complete(told)}\n\n`);
  }
  const result = await carryOut(session, steps, { isPlanShown: true, ...(effect && { effect }) });
  if (result.hasFailed === true) return result;
  const isNew = steps.some(({ map }) => map === 'sources');
  const next = [
    ...(isNew ? await senderSteps(session, file, pack) : []),
    ...accountSteps(pack, file, gateway.manifest),
  ];
  return {
    json: {
      pack: pack.name,
      ...(result.json as object),
      kept: kept.map(({ word, name }) => ({ kind: word, name })),
      next,
    },
    text: [result.text, ...(steps.length > 0 ? next : [])].join('\n\n'),
  };
}

/** A route is changed only where the operator names destinations, and then it is to be. */
function isKept({ action, map }: Step): boolean {
  return action !== 'create' && map !== ROUTES_MAP;
}

function withoutTopic({ awsEvents }: Pack): CliFailure {
  return wrongUsage(
    `--topic: missing; the deployment does not let events of ${String(awsEvents)} in by itself. Write "awsEvents": ["${String(awsEvents)}"] into tocsin.json and deploy, or name the ARN of a topic of SNS that carries them`,
  );
}

/** The steps that are left at the sender of a source that was just made. */
async function senderSteps(
  session: Session,
  { source: name, isByDoor }: PackDocument,
  { page }: Pack,
): Promise<string[]> {
  if (isByDoor) return [];
  const { config, manifest } = await session.gateway();
  const source = await findConfig(config, 'source', name);
  if (source.auth.type === 'sns') {
    const url = ingestUrl(manifest, source);
    return [
      `Subscribe the topic:\n\n${source.auth.topics.map((topic) => snsSubscribeCommand(topic, url)).join('\n')}`,
    ];
  }
  return [
    `Give URL and secret to the sender: docs/sources/${page}.md`,
    `Try it: ${TOCSIN} source test ${shellWord(name)}`,
  ];
}

/** How events of other accounts and regions come in. */
function accountSteps(
  { awsEvents }: Pack,
  { isByDoor }: PackDocument,
  { awsEventBus }: { awsEventBus?: string },
): string[] {
  if (awsEvents === undefined) return [];
  if (!isByDoor) {
    return [
      `Without a topic, for every account and region: write "awsEvents": ["${awsEvents}"] and "organizationId" into tocsin.json and deploy; then ${TOCSIN} pack stack-set prints the template for member accounts`,
    ];
  }
  return [
    awsEventBus === undefined
      ? `Other accounts and regions: write "organizationId" into tocsin.json and deploy; then ${TOCSIN} pack stack-set prints their template`
      : `Other accounts and regions forward to the gateway by a template: ${TOCSIN} pack stack-set`,
  ];
}
