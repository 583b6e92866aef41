import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { addSettings } from '../config/settings.ts';
import { parseSource } from '../../functions/core/config/parse-source.ts';
import { parseSourceSecret } from '../../functions/core/config/parse-secret.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { addCommand } from '../command.ts';
import { refusedSettings } from '../failure.ts';
import { AS_GIVEN, readTypedSecret } from '../confidential-input.ts';
import { storeSource } from '../source/save-source.ts';
import { sourceCurl, sourceTestCommand } from '../source/curl.ts';
import { SOURCE_FLAGS, sourceInput } from '../source/source-options.ts';
import { snsSubscribeCommand } from '../source/sns-subscribe.ts';
import { indented, renderFields } from '../screen/table.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { credentialHeader, describeAuth, ingestUrl } from '../words/views.ts';
import type { SourceSettings } from '../../functions/core/config/parse-source.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import type { SourceOptions } from '../source/source-options.ts';
import { TOCSIN } from '../words/hint.ts';

export const addSourceCreate: CommandFile = (group, run) => {
  addCommand<SourceOptions>(group, run, {
    name: 'create',
    summary: 'Register a system that sends alerts; prints its URL and secret, the secret once',
    examples: [
      'tocsin source create --name siem --format generic --auth bearer',
      'tocsin source create --name ci --format github',
      'tocsin source create --name waf --auth hmac --header X-Signature --algorithm sha256',
      'tocsin source create --name vpn --preset tailscale --secret-stdin',
      'tocsin source create --name waf --schema waf.schema.json',
      'tocsin source create --name alarms --format cloudwatch-alarm --topic arn:aws:sns:eu-central-1:111122223333:alarms',
      'tocsin source create --name nagios --auth basic --username nagios --no-data-alarm 2h',
      "tocsin source create --name scanner --no-data-alarm 1h --no-data-calendar 'mon-fri 08:00-18:00 Europe/Berlin'",
      "tocsin source create --name siem --format mapping --map title=rule.name --map 'severity=/rule/level' --severity-scale priority",
      'pass show snyk | tocsin source create --name snyk --auth hmac --header X-Hub-Signature --secret-stdin',
    ],
    options(command) {
      addSettings(command, 'create', { list: SOURCE_SETTINGS });
    },
    run: createSource,
  });
};

async function createSource(session: Session, options: SourceOptions): Promise<CommandResult> {
  const problems: Problem[] = [];
  const settings = parseSource(await sourceInput(options, problems), FORMATS);
  if (!settings.ok) problems.push(...settings.problems);
  const dictated = await dictatedSecret(
    session,
    options,
    settings.ok ? settings.value.auth.type : undefined,
    problems,
  );
  if (!settings.ok || problems.length > 0) throw refusedSettings(problems, SOURCE_FLAGS);
  const { source, secret } = await storeSource(session, settings.value, {
    ...(dictated !== undefined && { dictated }),
  });
  const { manifest } = await session.gateway();
  if (source.auth.type === 'aws-event') {
    return {
      json: { id: source.id, name: source.name, url: null, secret: null, header: null, curl: null },
      text: `${session.paint('green', 'Created')} source ${session.paint('bold', source.name)}: ${describeAuth(source.auth)}`,
    };
  }
  return describeCreated(session, source, ingestUrl(manifest, source), secret);
}

/** The secret from standard input; its problems join those of the settings, so that all are reported at once. */
async function dictatedSecret(
  session: Session,
  options: SourceOptions,
  auth: SourceSettings['auth']['type'] | undefined,
  problems: Problem[],
): Promise<string | undefined> {
  if (options.secretStdin !== true || auth === undefined) return undefined;
  const secret = parseSourceSecret(await readTypedSecret(session, 'secret'), auth);
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
  const subscribe =
    source.auth.type === 'sns'
      ? source.auth.topics.map((topic) => snsSubscribeCommand(topic, url))
      : undefined;
  // Only SNS can sign for it.
  const curl =
    subscribe === undefined ? sourceCurl({ url, format: source.format, auth: source.auth, secret }) : null;
  const fields = renderFields(
    [
      ['id', source.id],
      ['url', url],
      ['format', source.format],
      ['auth', describeAuth(source.auth)],
      ['header', header],
      ['secret', session.isGiven(secret) ? AS_GIVEN : (secret ?? 'none')],
    ],
    paint,
  );
  const warning = warningOf(session, source, secret);
  return {
    json: {
      id: source.id,
      name: source.name,
      url,
      secret: secret ?? null,
      header: header ?? null,
      curl,
      ...(subscribe !== undefined && { subscribe }),
    },
    text: `${paint('green', 'Created')} source ${paint('bold', source.name)}\n\n${indented(fields)}\n\n${warning}\n\n${subscribe === undefined ? `Try it:\n\n${session.isGiven(secret) ? sourceTestCommand(source) : curl}` : `Subscribe the topic:\n\n${subscribe.join('\n')}`}`,
  };
}

function warningOf(session: Session, source: Source, secret: string | undefined): string {
  const { paint } = session;
  if (secret !== undefined) {
    const rotate = `${TOCSIN} source rotate ${shellWord(source.name)}`;
    if (session.isGiven(secret)) return `For another secret: ${rotate}`;
    return paint(
      'yellow',
      `The secret is shown this once. Give it to the sender now; for another: ${rotate}`,
    );
  }
  return source.auth.type === 'sns'
    ? 'Only what SNS signed for these topics is taken. The gateway confirms the subscription by itself.'
    : paint('yellow', 'Anyone who knows the URL can post alerts here.');
}
