import { checkReceiver } from '../destination/check-receiver.ts';
import {
  prepareWebhook,
  storeWebhook,
  WEBHOOK_FLAGS,
  type WebhookOptions,
} from '../destination/create-webhook.ts';
import { withConfidentialInput } from '../confidential-input.ts';
import {
  createdWebhookView,
  describeCreatedWebhook,
  webhookFields,
} from '../destination/describe-webhook.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { askAuthority } from '../destination/read-ca-file.ts';
import { showChecks } from '../screen/checks.ts';
import { confirmSetup, finishSetup } from './finish.ts';
import { refuseWrongOptions } from './questions.ts';
import { askWebhook } from './ask-webhook.ts';
import type { CommandResult } from '../command.ts';
import type { ReceiverCheck } from '../destination/check-receiver.ts';
import type { PreparedWebhook } from '../destination/create-webhook.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';
import type { SetupOptions } from './finish.ts';
import { askWhatNow } from './what-now.ts';

/** Asks for open settings, looks at the receiver, creates the destination and sends it a test alert. */
export async function setupWebhook(
  session: Session,
  prompts: Prompts | undefined,
  given: WebhookOptions,
  setup: SetupOptions,
): Promise<CommandResult> {
  if (prompts !== undefined && given.urlStdin === true) {
    throw wrongUsage('--url-stdin goes without a terminal; leave it out to be asked for the URL');
  }
  const said = await withConfidentialInput(session, given);
  const { options, token } =
    prompts === undefined ? { options: said } : await answersOf(session, prompts, said);
  const first = await prepareWebhook(session, options, token);
  const { prepared, check } = await lookAtReceiver(session, prompts, first, setup);
  if (prompts !== undefined) {
    await confirmSetup(session, prompts, setup, {
      fields: [['name', prepared.settings.name], ...webhookFields(prepared.settings)],
    });
  }
  const destination = await storeWebhook(session, prepared);
  return finishSetup(session, prompts, setup, {
    destination,
    json: createdWebhookView(destination, prepared.secret),
    text: describeCreatedWebhook(session, destination, prepared),
    checks: [{ result: check.result, text: check.text }],
  });
}

async function answersOf(
  session: Session,
  prompts: Prompts,
  given: WebhookOptions,
): Promise<{ options: WebhookOptions; token?: string }> {
  if (given.secretStdin === true) {
    throw wrongUsage('--secret-stdin goes without a terminal; leave it out to be asked for the secret');
  }
  await refuseWrongOptions(async () => prepareWebhook(session, given), given, WEBHOOK_FLAGS);
  return askWebhook(session, prompts, await session.gateway(), given);
}

/** Until the receiver answers, or the person decides to go on without that. */
async function lookAtReceiver(
  session: Session,
  prompts: Prompts | undefined,
  first: PreparedWebhook,
  { yes }: SetupOptions,
): Promise<{ prepared: PreparedWebhook; check: ReceiverCheck }> {
  let authority = first.secret.ca;
  for (;;) {
    const secret = { ...first.secret, ...(authority !== undefined && { ca: authority }) };
    const prepared = { ...first, secret };
    const check = await checkReceiver(session.io, prepared);
    showChecks(session, 'The receiver, seen from here', [check]);
    if (check.result !== 'failed' || yes === true) return { prepared, check };
    if (prompts === undefined) {
      throw new CliFailure(
        'unreachable-receiver',
        `nothing was created: ${new URL(prepared.settings.url).host}: ${check.text}; ${check.isUntrusted ? 'for a private authority give --ca-file; ' : ''}with --yes it is created all the same`,
      );
    }
    const next = await askWhatNow(prompts, check.isUntrusted ? ['ca'] : []);
    if (next === 'go-on') return { prepared, check };
    if (next === 'ca') authority = await askAuthority(prompts);
  }
}
