import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { WEBHOOK_FORMATS } from '../../functions/core/deliver/webhook/formats/index.ts';
import { PROFILES } from '../../functions/core/model/config/destination.ts';
import { addressProblem, egressAllow } from '../destination/check-addresses.ts';
import { formatOf } from '../destination/create-webhook.ts';
import { readClientCertificate } from '../destination/read-client-certificate.ts';
import { askMinSeverity, askName, fieldProblem } from './questions.ts';
import { formatAuth } from '../destination/webhook-rules.ts';
import type { Gateway } from '../gateway.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';
import type { WebhookOptions } from '../destination/webhook-options.ts';

/** Hosts and paths that say by themselves what is understood there. */
const KNOWN_RECEIVERS: [RegExp, string][] = [
  [/^https:\/\/hooks\.slack(-gov)?\.com\//i, 'slack'],
  [/^https:\/\/(\w+\.)?discord(app)?\.com\/api\/webhooks\//i, 'discord'],
  [/^https:\/\/[\w.-]+\.logic\.azure\.com[:/]/i, 'microsoft-teams'],
  [/^https:\/\/events\.(eu\.)?pagerduty\.com\//i, 'pagerduty'],
  [/^https:\/\/api\.(eu\.)?opsgenie\.com\//i, 'opsgenie'],
  [/\/services\/collector/i, 'splunk-hec'],
];

/** Asks for what the options leave open. `token`: what the receiver dictates. */
export async function askWebhook(
  session: Session,
  prompts: Prompts,
  gateway: Gateway,
  given: WebhookOptions,
): Promise<{ options: WebhookOptions; token?: string }> {
  const options: WebhookOptions = { ...given };
  options.name ??= await askName(prompts, gateway, 'webhook');
  options.url ??= await askUrl(session, prompts, gateway);
  if (options.format === undefined && options.profile === undefined) {
    Object.assign(options, await askFormat(prompts, options.url));
  }
  if (formatOf(options) === 'template' && options.templateFile === undefined) {
    options.templateFile = await prompts.text({ message: 'File with the JSON template', check: notEmpty });
  }
  const token = await askAuth(session, prompts, options);
  if (given.minSeverity === undefined) {
    const minSeverity = await askMinSeverity(prompts);
    if (minSeverity !== undefined) options.minSeverity = minSeverity;
  }
  options.retry ??= await prompts.choice({
    message: 'When an attempt fails, try again',
    choices: [
      { value: 'standard', name: '3 times in 11 minutes', description: 'after 30 s, 2 min and 8 min' },
      { value: 'persistent', name: 'for up to a day', description: 'with waits that grow to 12 h' },
      { value: 'none', name: 'never', description: 'a failure is a dead letter at once' },
    ],
  });
  return { options, ...(token !== undefined && { token }) };
}

async function askUrl(session: Session, prompts: Prompts, gateway: Gateway): Promise<string> {
  const allow = egressAllow(gateway.manifest, session.io.env);
  return prompts.text({
    message: 'URL to post to (https://…)',
    check: async (url) =>
      fieldProblem('url', { channel: 'webhook', url }, allow) ??
      (await addressProblem(new URL(url), session.io, allow))?.message,
  });
}

/** A profile is chosen with its own format; every other format goes out under our own headers. */
async function askFormat(prompts: Prompts, url: string): Promise<{ profile: string } | { format: string }> {
  const guess = KNOWN_RECEIVERS.find(([pattern]) => pattern.test(url))?.[1] ?? 'tocsin';
  const format = await prompts.choice({
    message: 'What does the receiver understand?',
    choices: WEBHOOK_FORMATS.map(({ name, summary }) => ({ value: name, name, description: summary })),
    default: guess,
  });
  return PROFILES.some((profile) => profile === format) ? { profile: format } : { format };
}

/** Adds how the receiver knows us to the options; answers with the token that it dictates. */
async function askAuth(
  session: Session,
  prompts: Prompts,
  options: WebhookOptions,
): Promise<string | undefined> {
  const known = formatAuth(formatOf(options));
  if (known?.type === 'bearer') return askToken(prompts, known.credential);
  if (options.auth === undefined && known === undefined) {
    options.auth = await prompts.choice({
      message: 'How does the receiver know that it is us?',
      choices: [
        {
          value: 'hmac',
          name: 'signature (hmac)',
          description: 'it verifies a signature; the secret is drawn here',
        },
        { value: 'bearer', name: 'bearer token', description: 'a token in the header Authorization' },
        {
          value: 'mtls',
          name: 'client certificate (mtls)',
          description: 'a certificate and key that you have as files',
        },
        {
          value: 'none',
          name: 'not at all',
          description: 'it cannot tell our requests from those of others',
        },
      ],
    });
  }
  if (options.auth === 'mtls') await askCertificate(session, prompts, options);
  if (options.auth !== 'bearer') return undefined;
  const whose = await prompts.choice({
    message: 'Who makes the token?',
    choices: [
      { value: 'receiver', name: 'the receiver: I have it here' },
      { value: 'tocsin', name: 'Tocsin: draw one and show it once' },
    ],
  });
  return whose === 'receiver' ? askToken(prompts, 'the token') : undefined;
}

async function askToken(prompts: Prompts, credential: string): Promise<string> {
  const token = await prompts.secret({
    message: credential.replace(/^./, (letter) => letter.toUpperCase()),
    check: (answer) => {
      const parsed = parseBearerToken(answer.trim());
      return parsed.ok ? undefined : parsed.problems.map(({ message }) => message).join('; ');
    },
  });
  return token.trim();
}

async function askCertificate(session: Session, prompts: Prompts, options: WebhookOptions): Promise<void> {
  const problemOf = async (certFile: string, keyFile: string | undefined, path: string) => {
    const pair = await readClientCertificate(certFile, keyFile, session.nowMs);
    return pair.ok ? undefined : pair.problems.find((problem) => problem.path === path)?.message;
  };
  const certFile = (options.certFile ??= await prompts.text({
    message: 'File with our certificate (PEM)',
    check: async (file) => problemOf(file, undefined, 'certificate'),
  }));
  options.keyFile ??= await prompts.text({
    message: 'File with its private key (PEM)',
    check: async (file) => problemOf(certFile, file, 'key'),
  });
}

function notEmpty(answer: string): string | undefined {
  return answer === '' ? 'missing; expected the path of a file' : undefined;
}
