import { afterEach, expect, test } from 'vitest';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { sesMailAccount } from '../../../functions/adapters/operator/mail-account.ts';
import { awsFake, clientOptions } from '../aws-fake.ts';
import { emulatedAws } from '../emulated-aws.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => one.close()));
});

test('the account tells of its identities and of what it may send', async () => {
  const aws = await emulatedAws();
  opened.push(aws);
  aws.emulators.ses.mailbox.addIdentity('sender.example');
  const account = sesMailAccount({ client: sesClient(aws.options) });
  expect(await account.verification(['a@sender.example', 'sender.example'])).toEqual(
    new Map([['sender.example', 'Success']]),
  );
  expect(await account.dkim('sender.example')).toBe('Success');
  expect(await account.dkim('other.example')).toBe('off');
  expect(await account.sending()).toEqual({ isEnabled: true, perDay: 50_000, sentLastDay: 0 });
});

test('identities are asked for in the portions that SES takes', async () => {
  const asked: number[] = [];
  const fake = await awsFake(({ body }) => {
    asked.push([...new URLSearchParams(body).keys()].filter((key) => key.startsWith('Identities.')).length);
    return {
      body: '<GetIdentityVerificationAttributesResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetIdentityVerificationAttributesResult><VerificationAttributes/></GetIdentityVerificationAttributesResult></GetIdentityVerificationAttributesResponse>',
    };
  });
  opened.push(fake);
  const account = sesMailAccount({ client: sesClient(clientOptions(fake.endpoint)) });
  const identities = Array.from({ length: 102 }, (_, index) => `a${index}@example.com`);
  expect(await account.verification(identities)).toEqual(new Map());
  expect(asked).toEqual([100, 2]);
});
