import { parseSource } from '../../functions/core/config/parse-source.ts';
import { parseSourceSecret } from '../../functions/core/config/parse-secret.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { SEVERITY_SCALES } from '../../functions/core/model/severity.ts';
import { MAPPED_FIELDS } from '../../functions/core/model/source.ts';
import { addCommand, collected, collectedList } from '../command.ts';
import { createConfig } from '../create-config.ts';
import { refusedSettings } from '../failure.ts';
import { randomOf, readStdin } from '../io.ts';
import { randomSourceId, randomToken } from '../random-id.ts';
import { sourceCurl } from '../source-curl.ts';
import { indented, renderFields } from '../table.ts';
import { shellWord } from '../terminal.ts';
import { credentialHeader, describeAuth, ingestUrl } from '../views.ts';
import type { SourceSettings } from '../../functions/core/config/parse-source.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Source } from '../../functions/core/model/source.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';

type Options = {
  name?: string;
  format?: string;
  auth?: string;
  header?: string;
  algorithm?: string;
  username?: string;
  signedContent?: string;
  timestampHeader?: string;
  idHeader?: string;
  stream?: string;
  envelope?: string;
  map?: string[];
  severityScale?: string;
  resolvedWhen?: string[];
  defaultSeverity?: string;
  dedupWindow?: string;
  rateLimit?: string;
  secretStdin?: boolean;
  iUnderstandAnyoneCanPost?: boolean;
};

const FLAGS = {
  name: '--name',
  format: '--format',
  'auth.type': '--auth',
  'auth.header': '--header',
  'auth.algorithm': '--algorithm',
  'auth.username': '--username',
  'auth.signedContent': '--signed-content',
  'auth.timestampHeader': '--timestamp-header',
  'auth.idHeader': '--id-header',
  streamType: '--stream',
  envelope: '--envelope',
  mapping: '--map',
  'mapping.fields': '--map',
  ...Object.fromEntries(MAPPED_FIELDS.map((field) => [`mapping.fields.${field}`, `--map ${field}`])),
  'mapping.severityScale': '--severity-scale',
  'mapping.resolvedWhen': '--resolved-when',
  defaultSeverity: '--default-severity',
  dedupWindow: '--dedup-window',
  rateLimit: '--rate-limit',
  secret: '--secret-stdin',
};

/** A shared secret needs some header; this one is as good as any. */
const SHARED_SECRET_HEADER = 'x-tocsin-secret';

export const addSourceCreate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'create',
    summary: 'Register a system that sends alerts; prints its URL and secret, the secret once',
    examples: [
      'tocsin source create --name siem --format generic --auth bearer',
      'tocsin source create --name ci --format github',
      'tocsin source create --name waf --auth hmac --header X-Signature --algorithm sha256',
      'tocsin source create --name nagios --auth basic --username nagios',
      "tocsin source create --name siem --format mapping --map title=rule.name --map 'severity=/rule/level' --severity-scale priority",
      'pass show snyk | tocsin source create --name snyk --auth hmac --header X-Hub-Signature --secret-stdin',
    ],
    options(command) {
      command
        .option('--name <name>', 'what you call it (required)')
        .option(
          '--format <format>',
          `shape of its payloads: ${FORMATS.map((format) => format.name).join(', ')} (default: generic)`,
        )
        .option(
          '--auth <type>',
          "shared-secret, hmac, bearer, basic or none (default: the format's own, else bearer)",
        )
        .option('--header <name>', 'header that carries the shared secret or the signature')
        .option('--algorithm <name>', 'hmac: sha256 or sha1 (default: sha256)')
        .option(
          '--signed-content <form>',
          'hmac: body, timestamp.body, timestamp:body, v0:timestamp:body or id.timestamp.body (default: body)',
        )
        .option('--timestamp-header <name>', 'hmac: header with the signed timestamp')
        .option('--id-header <name>', 'hmac: header with the signed id')
        .option('--username <name>', 'basic: the user name')
        .option(
          '--stream <type>',
          'how records follow each other: auto, json, json-array or lines (default: auto)',
        )
        .option('--envelope <path>', 'path to the array of records inside an object, such as detail.findings')
        .option(
          '--map <field=path>',
          `mapping: where a field stands, such as title=alert.name; may be repeated; fields: ${MAPPED_FIELDS.join(', ')}`,
          collected,
        )
        .option(
          '--severity-scale <scale>',
          `mapping: how severities read: ${SEVERITY_SCALES.join(', ')} (default: words)`,
        )
        .option(
          '--resolved-when <words>',
          'mapping: values of status that mean that it is over, such as closed,resolved',
          collectedList,
        )
        .option('--default-severity <severity>', 'for alerts that come without one (default: medium)')
        .option(
          '--dedup-window <duration>',
          'how long a repeated request is recognised, up to 7d (default: 1d)',
        )
        .option(
          '--rate-limit <number>',
          'alerts per minute that are let in (default: 6000; 60 with --auth none)',
        )
        .option('--secret-stdin', 'read the secret that the sender dictates from standard input')
        .option('--i-understand-anyone-can-post', 'needed for --auth none');
    },
    run: createSource,
  });
};

async function createSource(session: Session, options: Options): Promise<CommandResult> {
  const problems: Problem[] = [];
  const settings = parseSource(inputFrom(options, problems), FORMATS);
  if (!settings.ok) problems.push(...settings.problems);
  const dictated = await dictatedSecret(
    session,
    options,
    settings.ok ? settings.value.auth.type : undefined,
    problems,
  );
  if (!settings.ok || problems.length > 0) throw refusedSettings(problems, FLAGS);
  const random = randomOf(session.io);
  const secret = settings.value.auth.type === 'none' ? undefined : (dictated ?? randomToken(random));
  const gateway = await session.gateway();
  const now = new Date(session.nowMs).toISOString();
  const source: Source = {
    id: randomSourceId(random),
    ...settings.value,
    isEnabled: true,
    createdAt: now,
    updatedAt: now,
  };
  await createConfig(
    gateway,
    'source',
    source,
    secret === undefined
      ? undefined
      : async () => gateway.secrets.createSource(source.id, { current: secret }),
  );
  return describeCreated(session, source, ingestUrl(gateway.manifest, source.id), secret);
}

/** What parseSource takes; what the command line alone can get wrong joins the problems. */
function inputFrom(options: Options, problems: Problem[]): object {
  const auth = {
    type: options.auth,
    header: options.header ?? (options.auth === 'shared-secret' ? SHARED_SECRET_HEADER : undefined),
    algorithm: options.algorithm,
    username: options.username,
    signedContent: options.signedContent,
    timestampHeader: options.timestampHeader,
    idHeader: options.idHeader,
  };
  return {
    name: options.name,
    format: options.format,
    auth: Object.values(auth).every((value) => value === undefined) ? undefined : auth,
    streamType: options.stream,
    envelope: options.envelope,
    mapping: mappingFrom(options, problems),
    defaultSeverity: options.defaultSeverity,
    dedupWindow: options.dedupWindow,
    rateLimit: options.rateLimit,
    anyoneCanPost: options.iUnderstandAnyoneCanPost,
  };
}

function mappingFrom(options: Options, problems: Problem[]): object | undefined {
  const { map, severityScale, resolvedWhen } = options;
  if (map === undefined && severityScale === undefined && resolvedWhen === undefined) return undefined;
  const fields: Record<string, string> = {};
  for (const entry of map ?? []) {
    const [field = '', ...rest] = entry.split('=');
    const path = rest.join('=');
    if (field === '' || path === '' || Object.hasOwn(fields, field)) {
      const problem = Object.hasOwn(fields, field) ? 'is there twice' : 'is no mapping; expected field=path';
      problems.push({ path: 'mapping.fields', message: `${JSON.stringify(entry)} ${problem}` });
    } else fields[field] = path;
  }
  return { fields, severityScale, resolvedWhen };
}

/** The secret from standard input; its problems join those of the settings, so that all are reported at once. */
async function dictatedSecret(
  session: Session,
  options: Options,
  auth: SourceSettings['auth']['type'] | undefined,
  problems: Problem[],
): Promise<string | undefined> {
  if (options.secretStdin !== true || auth === undefined) return undefined;
  if (session.io.stdin.isTTY === true) session.note('type the secret, then Enter and Ctrl-D:');
  const secret = parseSourceSecret(await readStdin(session.io), auth);
  if (secret.ok) return secret.value;
  problems.push(...secret.problems);
  return undefined;
}

function describeCreated(
  session: Session,
  source: Source,
  url: string,
  secret: string | undefined,
): CommandResult {
  const { paint } = session;
  const header = credentialHeader(source.auth);
  const curl = sourceCurl({ url, format: source.format, auth: source.auth, secret });
  const fields = renderFields(
    [
      ['id', source.id],
      ['url', url],
      ['format', source.format],
      ['auth', describeAuth(source.auth)],
      ['header', header],
      ['secret', secret ?? 'none'],
    ],
    paint,
  );
  const warning =
    secret === undefined
      ? paint('yellow', 'Anyone who knows the URL can post alerts here.')
      : paint(
          'yellow',
          `The secret is shown this once. Give it to the sender now; for another: tocsin source rotate ${shellWord(source.name)}`,
        );
  return {
    json: { id: source.id, name: source.name, url, secret: secret ?? null, header: header ?? null, curl },
    text: `${paint('green', 'Created')} source ${paint('bold', source.name)}\n\n${indented(fields)}\n\n${warning}\n\nTry it:\n\n${curl}`,
  };
}
