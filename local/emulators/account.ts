/** The pretended AWS account. Its id is the one that emulators conventionally use and no customer has. */
export type Account = { region: string; accountId: string };

export const LOCAL_ACCOUNT: Account = { region: 'eu-central-1', accountId: '000000000000' };

/** `arn:aws:sqs:eu-central-1:000000000000:Tocsin-alerts` */
export function arnOf(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;
}
