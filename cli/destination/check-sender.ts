import { explainError } from '../words/explain-error.ts';
import { describeSending, looksLikeSandbox } from './mail-quota.ts';
import { SIMULATOR_DOMAIN } from '../../functions/core/model/config/canary.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { MailAccount } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { SetupCheck } from '../screen/checks.ts';

const NO_SES =
  'this deployment has no SES (emailIdentity none in tocsin.json), so its mails become dead letters; give the destination a mail server: --transport smtp';

/** Whether SES would send our mails to these addresses, as far as can be known without sending one. */
export async function checkSender(
  { manifest, mailAccount }: Gateway,
  recipients: readonly string[],
): Promise<SetupCheck[]> {
  if (manifest.emailFrom === undefined) return [{ result: 'failed', text: NO_SES }];
  const from = bareAddress(manifest.emailFrom);
  try {
    const checks = [
      ...(await checkIdentity(mailAccount, from)),
      ...(await checkSending(mailAccount, recipients)),
    ];
    return manifest.endpoint === undefined ? checks : [...checks, localNote(manifest)];
  } catch (error) {
    return [{ result: 'warning', text: `SES could not be asked: ${explainError(error).message}` }];
  }
}

async function checkIdentity(account: MailAccount, from: string): Promise<SetupCheck[]> {
  const domain = domainOf(from);
  const known = await account.verification([from, domain]);
  const identity = [from, domain].find((name) => known.get(name) === 'Success');
  if (identity === undefined) {
    const states = [from, domain].map((name) => `${name}: ${known.get(name) ?? 'unknown to SES'}`).join(', ');
    return [
      {
        result: 'failed',
        text: `the sender is not verified (${states}), so SES refuses every mail; verify the address or its domain in the SES console`,
      },
    ];
  }
  const dkim = await account.dkim(identity);
  return [
    {
      result: 'ok',
      text: `the sender ${from} is verified${identity === from ? '' : ` by its domain ${identity}`}`,
    },
    dkim === 'Success'
      ? { result: 'ok', text: `mails carry a DKIM signature of ${domain}` }
      : {
          result: 'warning',
          text: `mails carry no DKIM signature of ${domain} (${dkim}): many receivers take them for spam`,
        },
  ];
}

async function checkSending(account: MailAccount, recipients: readonly string[]): Promise<SetupCheck[]> {
  const sending = await account.sending();
  const checks = describeSending(sending);
  if (!looksLikeSandbox(sending)) return checks;
  const unverified = await unverifiedOf(account, recipients);
  if (unverified.length > 0) {
    checks.push({
      result: 'failed',
      text: `not verified, so the sandbox sends them nothing: ${unverified.join(', ')}; verify them in the SES console, or ask AWS for production access`,
    });
  }
  return checks;
}

async function unverifiedOf(account: MailAccount, recipients: readonly string[]): Promise<string[]> {
  const known = await account.verification([
    ...new Set(recipients.flatMap((address) => [address, domainOf(address)])),
  ]);
  return recipients.filter(
    (address) =>
      domainOf(address) !== SIMULATOR_DOMAIN &&
      ![address, domainOf(address)].some((name) => known.get(name) === 'Success'),
  );
}

function localNote({ endpoint = '' }: Manifest): SetupCheck {
  return {
    result: 'ok',
    text: `this is a local run: mails are kept, never sent; read them at ${endpoint}/local/mail`,
  };
}

/** The address of `Tocsin <alerts@example.com>`. */
function bareAddress(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
