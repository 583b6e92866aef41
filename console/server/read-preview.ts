import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { deliveryById } from '../../cli/records/find-delivery.ts';
import type { Gateway } from '../../cli/gateway.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Mail } from '../../functions/core/model/wire/mail.ts';
import { previewMail, previewPost, SECRET } from '../../functions/core/operator/preview-delivery.ts';
import type { Preview } from '../api/deliveries.ts';
import { mailPagePath, READ_PATHS } from '../api/paths.ts';
import { MAIL_POLICY } from './answer-headers.ts';
import { refusal } from './problems.ts';
import type { ConsoleWorld } from './world.ts';

export function addPreviewReads(app: Hono, world: ConsoleWorld): void {
  app.get(`${READ_PATHS.deliveries}/:id/preview`, async (context) =>
    context.json(await preview(world, context.req.param('id'))),
  );
  app.get(`${READ_PATHS.deliveries}/:id/preview/mail.html`, async (context) => {
    const subject = await subjectOf(world, context.req.param('id'));
    const mail = await mailOf(world, subject);
    return context.body(mail.html, 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': MAIL_POLICY,
    });
  });
}

type Subject = Awaited<ReturnType<typeof subjectOf>>;

/** The delivery, its alert and its destination, as far as they are there. */
async function subjectOf({ gateway, clock }: ConsoleWorld, id: string) {
  const delivery = (await deliveryById(gateway, id, clock.now())) ?? (await planned(gateway, id));
  if (delivery === undefined) throw refusal('not-found', `no delivery has the id ${JSON.stringify(id)}`);
  const [found, destination] = await Promise.all([
    gateway.records.alert(delivery.alert_id),
    gateway.config.find('destination', delivery.destination_id),
  ]);
  if (found === undefined) {
    throw refusal(
      'no-preview',
      'this is a digest, or its alert is stored no longer: there is nothing to show it from',
    );
  }
  if (destination === undefined) {
    throw refusal('no-preview', 'its destination is deleted: nobody knows any more how it was told');
  }
  return { routed: found.routed, delivery, destination };
}

/** One that has no row yet is named with its alert: `<alert id>:<delivery id>`. */
async function planned({ records }: Gateway, id: string): Promise<Delivery | undefined> {
  const [alertId = '', deliveryId] = id.split(':');
  if (deliveryId === undefined) return undefined;
  return (await records.alert(alertId))?.deliveries.find((delivery) => delivery.id === deliveryId);
}

async function preview(world: ConsoleWorld, id: string): Promise<Preview> {
  const subject = await subjectOf(world, id);
  const { delivery, destination } = subject;
  if (destination.channel === 'email') {
    const { subject: title, text, headers, to } = await mailOf(world, subject);
    return {
      channel: 'email',
      to,
      subject: title,
      text,
      headers,
      html_path: mailPagePath(id),
      note: noteOn(delivery),
    };
  }
  const post = await previewPost(subject, destination, portsOf(world));
  if (post === undefined) throw nothingToShow();
  const sha256 = createHash('sha256').update(post.storedBody).digest('hex');
  return {
    channel: 'webhook',
    url: post.url,
    method: 'POST',
    headers: Object.entries(post.headers).map(([name, value]) => explained(name, value, destination)),
    body: post.body,
    is_as_sent: delivery.body_sha256 === undefined ? null : delivery.body_sha256 === sha256,
    signature: signatureOf(destination),
    note: noteOn(delivery),
  };
}

async function mailOf(world: ConsoleWorld, { routed, delivery, destination }: Subject): Promise<Mail> {
  const { gateway } = world;
  if (destination.channel !== 'email') throw refusal('no-preview', 'this delivery is no mail');
  const from = destination.transport?.from ?? gateway.manifest.emailFrom ?? '';
  const mail = await previewMail({ routed, delivery }, destination, {
    ...portsOf(world),
    remediation: { load: async () => (await gateway.remediation.list()).readable },
    messageIdDomain: from.slice(from.lastIndexOf('@') + 1),
  });
  if (mail === undefined) throw nothingToShow();
  return mail;
}

/** As the stack tells its functions: the deployed stack, and in a local run the same name. */
const portsOf = ({ gateway, clock }: ConsoleWorld) => ({
  target: `--stack ${gateway.manifest.stack}`,
  nowMs: clock.now(),
});

const nothingToShow = () =>
  refusal('no-preview', 'nothing is sent for this delivery, so there is nothing to show');

function noteOn(delivery: Delivery): string | null {
  if (delivery.state === 'digested') {
    return 'A digest tells of it; this is what a message of its own would say.';
  }
  if (delivery.state === 'suppressed') return 'It was not sent; this is what it would have said.';
  return delivery.channel === 'email' ? 'Shown without the link to unsubscribe, which is a key.' : null;
}

/** What a header is for. Where a value follows from a secret, it is told how, and not shown. */
function explained(
  name: string,
  value: string,
  { auth, customHeaderNames }: WebhookDestination,
): { name: string; value: string; explained: string | null } {
  const lower = name.toLowerCase();
  if (lower === 'webhook-signature') {
    return {
      name,
      value: 'v1,(HMAC-SHA256, base64)',
      explained: 'Standard Webhooks: over "webhook-id.webhook-timestamp.body", keyed with the decoded secret',
    };
  }
  if (lower.endsWith('-signature')) {
    return {
      name,
      value: 'sha256=(HMAC-SHA256, hex)',
      explained: 'over the body as sent, keyed with the UTF-8 bytes of the whole printed secret',
    };
  }
  if (lower.endsWith('-delivery') || lower === 'webhook-id') {
    return {
      name,
      value,
      explained: 'the same on every attempt: a receiver that saw it may drop the repetition',
    };
  }
  if (lower.endsWith('-timestamp'))
    return { name, value, explained: 'when this attempt is made, Unix seconds' };
  if (customHeaderNames.includes(name))
    return { name, value, explained: 'your own header; its value is kept secret' };
  if (lower === 'authorization')
    return { name, value, explained: `the ${auth.type} credential, kept secret` };
  return { name, value, explained: null };
}

function signatureOf({ auth }: WebhookDestination): string {
  switch (auth.type) {
    case 'hmac':
      return "Signed twice with the secret of the destination: the profile's own header over the body, and the Standard Webhooks headers over id, timestamp and body. Compare in constant time, and refuse a timestamp that is more than five minutes off.";
    case 'bearer':
      return `Not signed: a credential goes along, shown here as ${SECRET}.`;
    case 'mtls':
      return 'Not signed: the client certificate of the destination proves who sends.';
    case 'none':
      return 'Not signed: whoever knows the URL can post there.';
  }
}
