import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EmailIdentityKind } from '../read-options.ts';

export type EmailSendingProps = {
  configurationSetName: string;
  from: string;
  /**
   * `address` is verified by one click in a mail from AWS, `domain` by three DNS records, `existing` was
   * verified before (SES knows an identity once per account and region).
   */
  identity: EmailIdentityKind;
};

/** Who SES lets us be, and how our mail is sent. */
export class EmailSending extends Construct {
  readonly from: string;
  readonly configurationSet: ConfigurationSet;
  /** What `ses:SendRawEmail` is checked against: the identity and the configuration set. */
  readonly senderArns: string[];

  constructor(scope: Construct, id: string, { configurationSetName, from, identity }: EmailSendingProps) {
    super(scope, id);
    this.from = from;
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName,
      // An alert tells what is open: rather no mail, and a dead letter, than one in the clear.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.senderArns = [...this.#identityArns(identity), this.#arn('configuration-set', configurationSetName)];
  }

  #identityArns(kind: EmailIdentityKind): string[] {
    const domain = this.from.slice(this.from.lastIndexOf('@') + 1);
    // Which of the two was verified before, only SES knows; it checks the one that it uses.
    if (kind === 'existing') return [this.#arn('identity', this.from), this.#arn('identity', domain)];

    const identity = new EmailIdentity(this, 'Identity', {
      identity: kind === 'address' ? Identity.email(this.from) : Identity.domain(domain),
      configurationSet: this.configurationSet,
    });
    if (kind === 'domain') {
      identity.dkimRecords.forEach(({ name, value }, index) => {
        new CfnOutput(this, `DkimRecord${index + 1}`, {
          description: 'DNS record (CNAME) that proves the domain of the sender to SES',
          value: `${name} CNAME ${value}`,
        }).overrideLogicalId(`DkimRecord${index + 1}`);
      });
    }
    return [this.#arn('identity', kind === 'address' ? this.from : domain)];
  }

  #arn(resource: 'identity' | 'configuration-set', resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}
