import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { Mail } from '../../functions/core/model/wire/mail.ts';
import { previewMail, previewPost, SECRET } from '../../functions/core/operator/preview-delivery.ts';
import type { Preview } from '../api/deliveries.ts';
import { mailPagePath, READ_PATHS } from '../api/paths.ts';
import { MAIL_POLICY } from './answer-headers.ts';
import { subjectOf, type Subject } from './previewed.ts';
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

async function preview(world: ConsoleWorld, id: string): Promise<Preview> {
  const subject = await subjectOf(world, id);
  const { destination, row, note } = subject;
  if (destination.channel === 'email') {
    const { subject: title, text, headers, to } = await mailOf(world, subject);
    return {
      channel: 'email',
      to,
      subject: title,
      text,
      headers,
      html_path: mailPagePath(id),
      note,
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
    is_as_sent: row?.body_sha256 === undefined ? null : row.body_sha256 === sha256,
    signature: signatureOf(destination),
    note,
  };
}

async function mailOf(world: ConsoleWorld, subject: Subject): Promise<Mail> {
  const { gateway } = world;
  const { destination } = subject;
  if (destination.channel !== 'email') throw refusal('no-preview', 'this delivery is no mail');
  const from = destination.transport?.from ?? gateway.manifest.emailFrom ?? '';
  const mail = await previewMail(subject, destination, {
    ...portsOf(world),
    remediation: { load: async () => (await gateway.remediation.list()).readable },
    messageIdDomain: from.slice(from.lastIndexOf('@') + 1),
  });
  if (mail === undefined) throw nothingToShow();
  return mail;
}

const portsOf = ({ messageTarget, clock }: ConsoleWorld) => ({ target: messageTarget, nowMs: clock.now() });

const nothingToShow = () =>
  refusal('no-preview', 'nothing is sent for this delivery, so there is nothing to show');

/** The purpose of a header. A value that follows from a secret is described and never shown. */
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
