import { NEW_ACCOUNT_QUOTA } from '../functions/core/config/settings/deployment-settings.ts';
import type { EmailIdentityKind } from '../functions/core/config/parse-deployment.ts';
import type { AwsEvents } from '../functions/core/model/config/aws-events.ts';
import type { AwsPartition } from '../functions/core/model/config/aws-partition.ts';
import { type ConcurrencyPlan, planConcurrency } from './concurrency.ts';
import { checkProps, type TocsinGatewayProps } from './gateway-props.ts';

const USUAL_RETENTION_DAYS = 90;
const USUAL_CANARY_MINUTES = 5;

/** A gateway's props with every default filled in, and with what follows from several of them. */
export type GatewaySettings = Pick<
  TocsinGatewayProps,
  'existingTable' | 'operatorEmail' | 'heartbeat' | 'domain' | 'organizationId' | 'privateNetwork'
> & {
  /** The prefix of every name. Secrets are `{namePrefix}/source/{id}` and `{namePrefix}/destination/{id}`. */
  namePrefix: string;
  /** The sender of the mails at SES; undefined where there is no SES. */
  sender: { from: string; identity: Exclude<EmailIdentityKind, 'none'> } | undefined;
  hasSes: boolean;
  hasPrivateLane: boolean;
  retentionDays: number;
  concurrency: number;
  plan: ConcurrencyPlan;
  /** Whether senders must show a client certificate. The gateway has none, so it sends no canaries then. */
  mustShowCertificate: boolean;
  /** Minutes between canaries; 0: there are none. */
  canaryMinutes: number;
  awsEvents: readonly AwsEvents[];
  partition: AwsPartition;
};

/**
 * The settings of a gateway in a stack of this name.
 *
 * @throws Error naming each wrong prop, as `checkProps` does
 */
export function settingsOf(props: TocsinGatewayProps, stackName: string): GatewaySettings {
  const { name: namePrefix = stackName, emailFrom, emailIdentity = 'address' } = props;
  checkProps(namePrefix, props);
  const { concurrency = NEW_ACCOUNT_QUOTA, canaryMinutes = USUAL_CANARY_MINUTES } = props;
  const hasSes = emailIdentity !== 'none';
  const hasPrivateLane = props.privateNetwork !== undefined;
  const mustShowCertificate = props.domain?.truststore !== undefined;
  return {
    ...props,
    namePrefix,
    sender: hasSes && emailFrom !== undefined ? { from: emailFrom, identity: emailIdentity } : undefined,
    hasSes,
    hasPrivateLane,
    retentionDays: props.retentionDays ?? USUAL_RETENTION_DAYS,
    concurrency,
    plan: planConcurrency(concurrency, { hasPrivateLane, hasSes }),
    mustShowCertificate,
    canaryMinutes: mustShowCertificate ? 0 : canaryMinutes,
    awsEvents: props.awsEvents ?? [],
    partition: props.partition ?? 'aws',
  };
}
