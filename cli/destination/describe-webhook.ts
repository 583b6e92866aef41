import { AS_GIVEN } from '../confidential-input.ts';
import { shownUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { linesOf } from '../config/settings.ts';
import { indented, renderFields } from '../screen/table.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { formatAuth } from './webhook-rules.ts';
import type { WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { PreparedWebhook } from './create-webhook.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

/** The new destination for a script. The secret is told this once. */
export function createdWebhookView(destination: WebhookDestination, secret: WebhookSecret): object {
  return {
    id: destination.id,
    name: destination.name,
    channel: 'webhook',
    url: shownUrl(destination),
    secret: secret.current ?? null,
  };
}

/** The new destination for a person. A secret that was drawn here is told this once. */
export function describeCreatedWebhook(
  session: Session,
  destination: WebhookDestination,
  { secret, isDictated }: PreparedWebhook,
): string {
  const { paint } = session;
  const fields = renderFields(
    [
      ['id', destination.id],
      ...webhookFields(destination),
      ['secret', isDictated ? AS_GIVEN : (secret.current ?? 'none')],
    ],
    paint,
  );
  const warning =
    secret.current === undefined ? withoutSecret(destination) : ofSecret(destination, isDictated);
  return `${paint('green', 'Created')} destination ${paint('bold', destination.name)}\n\n${indented(fields)}\n\n${paint('yellow', warning)}`;
}

function ofSecret({ name }: WebhookDestination, isDictated: boolean): string {
  const rotate = `${TOCSIN} destination rotate ${shellWord(name)}`;
  return isDictated
    ? `For another secret: ${rotate} --secret-stdin`
    : `The secret is shown this once. Give it to the receiver now; for another: ${rotate}`;
}

function withoutSecret({ format, auth }: WebhookDestination): string {
  if (formatAuth(format)?.type === 'none') {
    return 'The URL is the credential: whoever knows it can post there. It is kept in Secrets Manager and not shown again.';
  }
  return auth.type === 'mtls'
    ? 'The receiver knows us by our certificate; requests carry no signature.'
    : 'The receiver cannot tell that requests are ours: it has nothing to verify.';
}

/** The settings, line by line. */
export function webhookFields(settings: WebhookSettings): [string, string | undefined][] {
  return [['url', shownUrl(settings)], ...linesOf(WEBHOOK_SETTINGS, settings)];
}
