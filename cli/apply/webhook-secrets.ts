import { parseCustomHeaders } from '../../functions/core/config/parse-custom-headers.ts';
import type { WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { randomToken, randomWebhookSecret } from '../config/random-id.ts';
import { clientCertificate } from '../destination/read-client-certificate.ts';
import { formatAuth } from '../destination/webhook-rules.ts';
import { randomOf } from '../io.ts';
import { authorityOf, dictatedText } from './destination-fields.ts';
import type { World } from './kind.ts';
import type { ReadItem } from './read-item.ts';

/** The whole URL: as the file says it, from the place that it names, or as it is stored. */
export function givenUrl(
  read: ReadItem,
  before: WebhookDestination | undefined,
  stored: WebhookSecret | undefined,
): string | undefined {
  const given = read.secrets.get('url');
  if (given === undefined) return undefined;
  const text = dictatedText(read, 'url', given, before !== undefined);
  return text === undefined ? (stored?.url ?? before?.url) : text.trim();
}

/** The parts of the secret that the file names. */
type WebhookParts = Pick<WebhookSecret, 'headers' | 'ca' | 'certificate' | 'key'> & {
  notAfter?: string;
  /** The token or key that the destination is to have; undefined leaves the one that is there. */
  credential(settings: WebhookSettings): string | undefined;
};

export function webhookParts(
  world: World,
  read: ReadItem,
  before: WebhookDestination | undefined,
  stored: WebhookSecret | undefined,
): WebhookParts {
  const ca = authorityOf(read, stored?.ca !== undefined);
  return {
    ...headersOf(read, stored),
    ...(ca !== undefined && { ca }),
    ...certificateOf(world, read, before),
    credential: (settings) => credentialOf(world, read, before, settings),
  };
}

/** All headers; a name that the file has no longer is gone with its value. */
function headersOf(read: ReadItem, stored: WebhookSecret | undefined): Pick<WebhookSecret, 'headers'> {
  const file = read.secrets.get('customHeaders');
  if (file !== undefined) {
    const lines = (file.text ?? '').split(/\r?\n/u).filter((line) => line.trim() !== '');
    const headers = parseCustomHeaders(lines);
    if (headers.ok) return { headers: headers.value };
    read.report(headers.problems);
    return {};
  }
  const named = [...read.secrets].flatMap(([path, given]) =>
    path.startsWith('customHeaders.') ? [{ path, given, name: path.slice('customHeaders.'.length) }] : [],
  );
  if (named.length === 0) return {};
  const lines = named.map(({ name, path, given }) => {
    const kept = stored?.headers?.[name];
    const text = dictatedText(read, path, given, kept !== undefined) ?? kept ?? '-';
    return `${name}: ${text.replace(/\r?\n$/u, '')}`;
  });
  const headers = parseCustomHeaders(lines);
  if (headers.ok) return { headers: headers.value };
  read.report(
    headers.problems.map(({ path, message }) => ({
      path: path.replace(/\[(\d+)\]/u, (_, index: string) => `.${named[Number(index)]?.name ?? index}`),
      message,
    })),
  );
  return {};
}

function certificateOf(
  { session }: World,
  read: ReadItem,
  before: WebhookDestination | undefined,
): { certificate?: string; key?: string; notAfter?: string } {
  const isMtls = (read.input['auth'] as { type?: unknown } | undefined)?.type === 'mtls';
  const given = { certificate: read.secrets.get('certificate'), key: read.secrets.get('key') };
  if (!isMtls) {
    for (const path of ['certificate', 'key'] as const) {
      if (given[path] !== undefined)
        read.report([{ path, message: 'goes with auth mtls only; leave it out' }]);
    }
    return {};
  }
  const texts = {
    certificate: dictatedText(read, 'certificate', given.certificate, before !== undefined),
    key: dictatedText(read, 'key', given.key, before !== undefined),
  };
  const isNeeded = before === undefined || texts.certificate !== undefined || texts.key !== undefined;
  if (!isNeeded) return {};
  for (const path of ['certificate', 'key'] as const) {
    if (texts[path] === undefined && given[path]?.text === undefined) {
      read.report([
        { path, message: 'missing; auth mtls needs a certificate and its key, both of one place' },
      ]);
    }
  }
  const pair = clientCertificate(texts, session.nowMs);
  if (pair.ok) return pair.value;
  read.report(pair.problems);
  return {};
}

function credentialOf(
  { session }: World,
  read: ReadItem,
  before: WebhookDestination | undefined,
  { auth, format }: WebhookSettings,
): string | undefined {
  const given = read.secrets.get('secret');
  const report = (message: string): undefined => {
    read.report([{ path: 'secret', message }]);
  };
  if (given !== undefined && auth.type !== 'bearer' && auth.type !== 'hmac') {
    return report(`auth ${auth.type} has no secret; leave it out`);
  }
  if (given?.text !== undefined) {
    if (auth.type !== 'bearer') return report('goes with auth bearer only; a key of hmac is drawn here');
    const token = parseBearerToken(given.text);
    if (token.ok) return token.value;
    read.report(token.problems);
    return undefined;
  }
  if (before !== undefined) return undefined;
  const known = formatAuth(format);
  if (known?.type === 'bearer') {
    return report(
      `missing; format ${format} needs ${known.credential}: {env: NAME} or {secrets_manager: NAME}`,
    );
  }
  const random = randomOf(session.io);
  if (auth.type === 'bearer') return randomToken(random);
  return auth.type === 'hmac' ? randomWebhookSecret(random) : undefined;
}
