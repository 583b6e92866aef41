import type { Deployment } from '../../functions/core/config/parse-deployment.ts';
import type { ExistingTable } from '../../functions/adapters/operator/existing-table.ts';
import { findLosses } from './find-losses.ts';
import { judgeTable } from './judge-table.ts';

type Template = Record<string, unknown>;

/** The outside world of `npm run deploy`. */
export type DeployPorts = {
  /** Writes the assembly and gives the template of the stack; undefined when the app refused and has printed why. */
  synthesize(stackName: string): Promise<Template | undefined>;
  /** The template that is deployed under this name; undefined when there is none. */
  deployedTemplate(stackName: string): Promise<Template | undefined>;
  /** Whether a stack is left whose first deployment failed; then it can be deleted afterwards. */
  isLeftFromFailure(stackName: string): Promise<boolean>;
  /** Whether SES knows the identity, or cannot be asked. */
  isIdentityKnown(identity: string): Promise<boolean>;
  /** The table of this name, undefined where there is none. */
  existingTable(name: string): Promise<ExistingTable | 'unknown' | undefined>;
  /** Asks the person at the terminal; undefined where there is none. */
  confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Deploys the assembly that was written; the exit status of the CDK. */
  deploy(stackName: string, how: { asksBefore: 'broader-rights' | 'nothing' }): Promise<number>;
  say: (line: string) => void;
};

/**
 * Deploys the stack that `tocsin.json` describes, after it named what the deployed stack would lose.
 *
 * @returns the exit status: 0 deployed, 1 refused or failed
 */
export async function deploy(
  { stackName, emailFrom, emailIdentity, existingTable }: Deployment,
  { isSure }: { isSure: boolean },
  ports: DeployPorts,
): Promise<number> {
  if (emailFrom === undefined && emailIdentity !== 'none') {
    ports.say('tocsin.json names no sender: write "emailFrom": "alerts@your.domain" into it');
    return 1;
  }
  if (existingTable !== undefined && !(await isUsable(existingTable, ports))) return 1;
  const after = await ports.synthesize(stackName);
  if (after === undefined) return 1;
  const isLeft = await ports.isLeftFromFailure(stackName);
  if (isLeft) {
    ports.say(
      `the first deployment of ${stackName} failed before: what is left of it is removed first; an empty table may stay behind (docs/deploy.md)`,
    );
  }
  const before = isLeft ? undefined : await ports.deployedTemplate(stackName);
  const identity = registeredBy({ emailFrom, emailIdentity });
  if (identity !== undefined && !registers(before, identity) && (await ports.isIdentityKnown(identity))) {
    ports.say(
      `SES knows ${identity} already, and not from this stack: write "emailIdentity": "existing" into tocsin.json`,
    );
    return 1;
  }
  if (before === undefined) ports.say(`${stackName} is new here: nothing of that name is deployed`);
  else if (!(await mayGoOn(stackName, { before, after, isSure }, ports))) return 1;
  return await ports.deploy(stackName, { asksBefore: isSure ? 'nothing' : 'broader-rights' });
}

/** Whether the gateway can work on a table that it did not make. Prints why not, and each feature that the table lacks. */
async function isUsable(name: string, ports: DeployPorts): Promise<boolean> {
  const table = await ports.existingTable(name);
  if (table === 'unknown') return true;
  if (table === undefined) {
    ports.say(`existingTable: there is no table ${name} in this account and region`);
    return false;
  }
  const { problems, hints } = judgeTable(name, table);
  for (const line of [...problems, ...hints]) ports.say(`existingTable: ${line}`);
  return problems.length === 0;
}

async function mayGoOn(
  stackName: string,
  { before, after, isSure }: { before: Template; after: Template; isSure: boolean },
  { say, confirm }: DeployPorts,
): Promise<boolean> {
  const losses = findLosses(before, after);
  if (losses.length === 0) {
    say(`${stackName}: nothing of what is deployed would be removed or replaced`);
    return true;
  }
  say(`${stackName} would lose:`);
  for (const { what, id } of losses) say(`  - ${what} [${id}]`);
  if (isSure) return true;
  if (confirm === undefined) {
    say('nothing was done; add --yes to do it without a terminal');
    return false;
  }
  if (await confirm('Deploy all the same?')) return true;
  say('nothing was done');
  return false;
}

/** The identity that the deployment registers with SES; undefined where it registers none. */
function registeredBy({
  emailFrom,
  emailIdentity,
}: {
  emailFrom: string | undefined;
  emailIdentity: Deployment['emailIdentity'];
}): string | undefined {
  if (emailIdentity === 'existing' || emailIdentity === 'none') return undefined;
  return emailIdentity === 'domain' ? emailFrom?.slice(emailFrom.lastIndexOf('@') + 1) : emailFrom;
}

function registers(template: Template | undefined, identity: string): boolean {
  const resources = (template?.['Resources'] ?? {}) as Record<
    string,
    { Type: string; Properties?: Template }
  >;
  return Object.values(resources).some(
    ({ Type, Properties }) =>
      Type === 'AWS::SES::EmailIdentity' && Properties?.['EmailIdentity'] === identity,
  );
}
