import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { WEBHOOK_FORMATS } from '../../functions/core/deliver/webhook/formats/index.ts';
import { PROFILES } from '../../functions/core/model/config/destination.ts';
import { addressProblem } from '../destination/check-addresses.ts';
import { formatOf, type WebhookOptions } from '../destination/create-webhook.ts';
import { readClientCertificate } from '../destination/read-client-certificate.ts';
import { formatAuth, tiersOf } from '../destination/webhook-rules.ts';
import { askSettings } from './ask-settings.ts';
import { destinationNameProblem, fieldProblem } from './questions.ts';
import type { FormatAuth } from '../../functions/core/deliver/webhook/formats/format.ts';
import type { Gateway } from '../gateway.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

/** Hosts and paths that say by themselves what is understood there. */
const KNOWN_RECEIVERS: [RegExp, string][] = [
  [/^https:\/\/hooks\.slack(-gov)?\.com\//i, 'slack'],
  [/^https:\/\/(\w+\.)?discord(app)?\.com\/api\/webhooks\//i, 'discord'],
  [/^https:\/\/[\w.-]+\.logic\.azure\.com[:/]/i, 'microsoft-teams'],
  [/^https:\/\/events\.(eu\.)?pagerduty\.com\//i, 'pagerduty'],
  [/^https:\/\/api\.(eu\.)?opsgenie\.com\//i, 'opsgenie'],
  [/\/services\/collector/i, 'splunk-hec'],
];

/** Asks for the settings that the options leave open. `token`: the one that the receiver dictates. */
export async function askWebhook(
  session: Session,
  prompts: Prompts,
  gateway: Gateway,
  given: WebhookOptions,
): Promise<{ options: WebhookOptions; token?: string }> {
  const options: WebhookOptions = { ...given };
  const tiers = tiersOf(gateway.manifest, session.io.env);
  let token: string | undefined;
  const known = () => formatAuth(formatOf(options));
  const pairProblem = async (path: string, certFile: string | undefined, keyFile: string | undefined) => {
    const pair = await readClientCertificate(certFile, keyFile, session.nowMs);
    return pair.ok ? undefined : pair.problems.find((problem) => problem.path === path)?.message;
  };
  await askSettings(prompts, WEBHOOK_SETTINGS, options, {
    '--name': { check: async (name) => destinationNameProblem(gateway, 'webhook', name) },
    '--url': {
      check: async (url) =>
        fieldProblem('url', { channel: 'webhook', url, isPrivate: options.private }, tiers) ??
        (await addressProblem({ url, isPrivate: options.private === true }, session.io, tiers.public))
          ?.message,
    },
    '--format': {
      isAsked: () => options.profile === undefined,
      question: () => ({ choices: FORMAT_CHOICES, default: guessed(options.url ?? '') }),
      // A profile is chosen with its own format; every other format goes out under our own headers.
      put: (format) => (PROFILES.some((profile) => profile === format) ? { profile: format } : { format }),
    },
    '--template-file': {
      check: (answer) => (answer === '' ? 'missing; expected the path of a file' : undefined),
    },
    '--auth': {
      isAsked: () => known() === undefined,
      async after() {
        token = await askOwnToken(prompts, known(), options);
      },
    },
    '--cert-file': { check: async (file) => pairProblem('certificate', file, undefined) },
    '--key-file': { check: async (file) => pairProblem('key', options.certFile, file) },
  });
  return { options, ...(token !== undefined && { token }) };
}

const FORMAT_CHOICES = WEBHOOK_FORMATS.map(({ name, summary }) => ({
  value: name,
  name,
  description: summary,
}));

function guessed(url: string): string {
  return KNOWN_RECEIVERS.find(([pattern]) => pattern.test(url))?.[1] ?? 'tocsin';
}

/** The token that the receiver dictates; undefined where one is drawn, or none is sent. */
async function askOwnToken(
  prompts: Prompts,
  known: FormatAuth | undefined,
  { auth }: WebhookOptions,
): Promise<string | undefined> {
  if (known?.type === 'bearer') return askToken(prompts, known.credential);
  if (auth !== 'bearer') return undefined;
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
