import { Token } from 'aws-cdk-lib/core';
import { safeParse } from 'valibot';
import type {
  EmailIdentityKind,
  Heartbeat,
  IngestDomain,
  PrivateNetwork,
} from '../functions/core/config/parse-deployment.ts';
import { egressAllowProblem } from '../functions/core/config/parse-egress-allow.ts';
import { DEPLOYMENT_SETTINGS, STACK_NAME } from '../functions/core/config/settings/deployment-settings.ts';
import type { AwsEvents } from '../functions/core/model/config/aws-events.ts';
import type { AwsPartition } from '../functions/core/model/config/aws-partition.ts';

export type TocsinGatewayProps = {
  /**
   * The address that mails come from; SES must be allowed to send as it.
   *
   * @default - none, which is allowed only with the `emailIdentity` none
   */
  emailFrom?: string;
  /**
   * The name of the gateway for `tocsin --stack`, and the prefix of every name: queues, functions, alarms, secrets. Letters,
   * digits and hyphens, a letter first, at most 40.
   *
   * @default - the name of the stack
   */
  name?: string;
  /**
   * The identity that is registered with SES: the address or its domain. `existing`: SES knows it already. `none`: there is no
   * SES, as in a region without it, and every mail goes by the mail server of its destination.
   *
   * @default 'address'
   */
  emailIdentity?: EmailIdentityKind;
  /**
   * The address that is told when an alarm of the gateway itself goes off.
   *
   * @default - none; `operatorTopic` takes subscriptions at any time
   */
  operatorEmail?: string;
  /**
   * Days an alert and its deliveries stay in the table, 1..3650.
   *
   * @default 90
   */
  retentionDays?: number;
  /**
   * The name of a table that the gateway takes for its own: one that was kept, or restored. It must be in the same account and
   * region.
   *
   * @default - a table is made
   */
  existingTable?: string;
  /**
   * Executions at a time that the functions may use of the account's quota, 10..100000.
   *
   * @default 10, the quota of a new account
   */
  concurrency?: number;
  /**
   * Minutes between canaries: alerts that go through the public URL to a receiver of the gateway's own. 1..60; 0 for none.
   * There are none where senders must show a client certificate, since the gateway has none to show.
   *
   * @default 5
   */
  canaryMinutes?: number;
  /**
   * The monitor that is told of each canary that arrived: its URL, as healthchecks.io gives it, which then stands in the
   * template, or the name of a secret that holds the URL.
   *
   * @default - none
   */
  heartbeat?: Heartbeat;
  /**
   * A domain in front of the API, with its certificate and where senders must show one of theirs, a trust store.
   *
   * @default - the address that API Gateway gives, without client certificates
   */
  domain?: IngestDomain;
  /**
   * The services of AWS whose events the gateway takes, each as a source of its own.
   *
   * @default - none; then there is no queue, function or rule for such events
   */
  awsEvents?: readonly AwsEvents[];
  /**
   * The organization whose accounts may send such events to a bus of the gateway.
   *
   * @default - only events of this account and region
   */
  organizationId?: string;
  /**
   * A VPC with receivers in it, and the addresses in it that private destinations may reach. docs/private-receivers.md says
   * what the VPC needs for that.
   *
   * @default - no private destinations; nothing of the gateway is in a VPC
   */
  privateNetwork?: PrivateNetwork;
  /**
   * The partition of AWS that the stack will be in. Only the link to the dashboard depends on it.
   *
   * @default 'aws'
   */
  partition?: AwsPartition;
};

/** Props that are options of `tocsin.json` under the same name. */
const OPTIONS = [
  'emailFrom',
  'emailIdentity',
  'operatorEmail',
  'retentionDays',
  'existingTable',
  'concurrency',
  'awsEvents',
  'organizationId',
] as const satisfies (keyof TocsinGatewayProps & keyof typeof DEPLOYMENT_SETTINGS)[];

const MOST_CANARY_MINUTES = 60;

/**
 * Refuses props that no gateway can be made of, by the rules that `tocsin.json` is read by. A value that is known only when the
 * stack is deployed, such as a parameter, is taken as it is.
 *
 * @throws Error naming each wrong prop, its value where that is no secret, and what was expected
 */
export function checkProps(name: string, props: TocsinGatewayProps): void {
  const problems = [nameProblem(name), ...OPTIONS.map((option) => optionProblem(option, props[option]))];
  const { canaryMinutes: minutes = 0, privateNetwork } = props;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > MOST_CANARY_MINUTES) {
    problems.push(`canaryMinutes: "${String(minutes)}" is not valid; expected a whole number from 0 to 60`);
  }
  const egress = privateNetwork === undefined ? undefined : egressAllowProblem(privateNetwork.egressAllow);
  if (egress !== undefined) problems.push(`privateNetwork.egressAllow: ${egress}`);
  problems.push(senderProblem(props));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new Error(`TocsinGateway: ${found.join('; ')}`);
}

function senderProblem({ emailFrom, emailIdentity }: TocsinGatewayProps): string | undefined {
  if (emailIdentity === 'none') {
    return emailFrom === undefined
      ? undefined
      : 'emailFrom: is the sender at SES, and emailIdentity is none; expected one of them';
  }
  return emailFrom === undefined
    ? 'emailFrom: is missing; expected an e-mail address, or the emailIdentity none'
    : undefined;
}

function nameProblem(name: string): string | undefined {
  if (STACK_NAME.test(name)) return undefined;
  return `the name "${name}" is not valid; expected letters, digits and hyphens, a letter first, at most 40`;
}

function optionProblem(option: (typeof OPTIONS)[number], value: unknown): string | undefined {
  if (Token.isUnresolved(value)) {
    return option === 'concurrency'
      ? 'concurrency: is known only when the stack is deployed; expected a number, which is shared out before'
      : undefined;
  }
  const [issue] = safeParse(DEPLOYMENT_SETTINGS[option].schema, value).issues ?? [];
  return issue === undefined ? undefined : `${option}: ${issue.message}`;
}
