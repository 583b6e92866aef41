import {
  GetAccountSendingEnabledCommand,
  GetIdentityDkimAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { MailAccount } from '../../core/operator/ports.ts';

/** What one call may ask for: https://docs.aws.amazon.com/ses/latest/APIReference/API_GetIdentityVerificationAttributes.html */
const MAX_IDENTITIES = 100;

/** The account and region that the mails go out from, as SES sees them. */
export function sesMailAccount({ client }: { client: SESClient }): MailAccount {
  return {
    async verification(identities) {
      const found = new Map<string, string>();
      for (let start = 0; start < identities.length; start += MAX_IDENTITIES) {
        const Identities = identities.slice(start, start + MAX_IDENTITIES);
        const { VerificationAttributes = {} } = await client.send(
          new GetIdentityVerificationAttributesCommand({ Identities }),
        );
        for (const [identity, { VerificationStatus }] of Object.entries(VerificationAttributes)) {
          found.set(identity, VerificationStatus ?? 'NotStarted');
        }
      }
      return found;
    },
    async dkim(identity) {
      const { DkimAttributes = {} } = await client.send(
        new GetIdentityDkimAttributesCommand({ Identities: [identity] }),
      );
      const attributes = DkimAttributes[identity];
      return attributes?.DkimEnabled === true ? (attributes.DkimVerificationStatus ?? 'NotStarted') : 'off';
    },
    async sending() {
      const [quota, { Enabled }] = await Promise.all([
        client.send(new GetSendQuotaCommand({})),
        client.send(new GetAccountSendingEnabledCommand({})),
      ]);
      return {
        isEnabled: Enabled !== false,
        perDay: quota.Max24HourSend ?? 0,
        sentLastDay: quota.SentLast24Hours ?? 0,
      };
    },
  };
}
