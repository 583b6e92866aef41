import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EmailIdentityKind } from '../../functions/core/config/parse-deployment.ts';

type EmailSendingProps = {
  configurationSetName: string;
  from: string;
  /**
   * `address` is verified by one click in a mail from AWS, `domain` by three DNS records, `existing` was
   * verified before (SES knows an identity once per account and region).
   */
  identity: Exclude<EmailIdentityKind, 'none'>;
};

/** The identity that SES knows us by, and how our mail is sent. */
export class EmailSending extends Construct {
  readonly from: string;
  readonly configurationSet: ConfigurationSet;
  /**
   * The ARNs that `ses:SendRawEmail` is checked against: the sender's identity, the configuration set and, while the account is
   * in the SES sandbox, the identity of the recipient. The identities of recipients are not known at deployment, so the
   * grant is on all of this account and bound to the sender's address.
   * https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
   */
  readonly sendingArns: string[];

  constructor(scope: Construct, id: string, { configurationSetName, from, identity }: EmailSendingProps) {
    super(scope, id);
    this.from = from;
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName,
      // An alert tells attackers where to look. A mail that cannot be encrypted becomes a dead letter instead.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.sendingArns = [this.#arn('identity', '*'), this.#arn('configuration-set', configurationSetName)];
    if (identity !== 'existing') this.#register(identity);
  }

  /** Upper and lower case are one address to SES and two to `StringEquals`. */
  get sendingConditions(): Record<string, Record<string, string>> {
    return { StringEqualsIgnoreCase: { 'ses:FromAddress': this.from } };
  }

  #register(kind: 'address' | 'domain'): void {
    const domain = this.from.slice(this.from.lastIndexOf('@') + 1);
    const identity = new EmailIdentity(this, 'Identity', {
      identity: kind === 'address' ? Identity.email(this.from) : Identity.domain(domain),
      configurationSet: this.configurationSet,
    });
    // Without its identity SES refuses every mail of this sender, also mails of other programs of the account. Only an
    // identity whose creation failed is removed.
    identity.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    if (kind === 'domain') {
      identity.dkimRecords.forEach(({ name, value }, index) => {
        new CfnOutput(this, `DkimRecord${index + 1}`, {
          description: 'DNS record (CNAME) that proves the domain of the sender to SES',
          value: `${name} CNAME ${value}`,
        }).overrideLogicalId(`DkimRecord${index + 1}`);
      });
    }
  }

  #arn(resource: 'identity' | 'configuration-set', resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}
