import { writeNoDataAlarm } from '../../functions/core/config/parse-no-data-alarm.ts';
import { parseSource } from '../../functions/core/config/parse-source.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import {
  hasSecret,
  noDataAlarmOf,
  severityKey,
  type Source,
} from '../../functions/core/model/config/source.ts';
import { changeBoth, foundBefore } from '../config/change-secret.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { CliFailure, refusedSettings, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { randomOf } from '../io.ts';
import { randomSourceSecret } from '../source/random-secret.ts';
import { addSourceOptions, SOURCE_FLAGS, sourceInput, type SourceOptions } from '../source/source-options.ts';
import { snsSubscribeCommand } from '../source/sns-subscribe.ts';
import { renderFields } from '../screen/table.ts';
import { credentialHeader, describeAuth, ingestUrl, sourceView } from '../words/views.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Credential } from '../../functions/core/model/config/credential.ts';
import type { Session } from '../session.ts';

export const addSourceUpdate: CommandFile = (group, run) => {
  addCommand<SourceOptions>(group, run, {
    name: 'update <name>',
    summary: 'Change settings of a source; what is not named stays, URL and secret included',
    examples: [
      'tocsin source update ci --name github-ci',
      'tocsin source update siem --no-data-alarm 2h',
      "tocsin source update siem --severity-map 'urgent=critical,needs attention=high'",
      "tocsin source update scanner --no-data-alarm 1h --no-data-calendar 'mon-fri 08:00-18:00 Europe/Berlin'",
      'tocsin source update waf --schema waf.schema.json --strict',
      'tocsin source update alarms --auth sns --topic arn:aws:sns:eu-central-1:111122223333:alarms',
      'tocsin source update waf --auth hmac --header X-Signature',
    ],
    options(command) {
      addSourceOptions(command, { defaults: false });
      command
        .option('--no-schema', 'take every record as it is again')
        .option('--no-strict', 'deliver and mark records that match no schema');
    },
    run: updateSource,
  });
};

async function updateSource(session: Session, options: SourceOptions, name = ''): Promise<CommandResult> {
  if (Object.keys(options).length === 0) throw wrongUsage('nothing to change: name at least one option');
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'source', name);
  const problems: Problem[] = [];
  const parsed = parseSource(changed(before, await sourceInput(options, problems)), FORMATS);
  if (!parsed.ok) throw refusedSettings([...problems, ...parsed.problems], SOURCE_FLAGS);
  if (problems.length > 0) throw refusedSettings(problems, SOURCE_FLAGS);
  const getsSecret = !hasSecret(before.auth) && hasSecret(parsed.value.auth);
  const secretVersion = (before.secretVersion ?? 0) + (getsSecret ? 1 : 0);
  const after: Source = {
    id: before.id,
    ...parsed.value,
    ...(secretVersion > 0 && { secretVersion }),
    isEnabled: before.isEnabled,
    createdAt: before.createdAt,
    updatedAt: new Date(session.nowMs).toISOString(),
  };
  const secret = getsSecret ? randomSourceSecret(after, randomOf(session.io)) : undefined;
  const { secrets } = gateway;
  const losesSecret = hasSecret(before.auth) && !hasSecret(after.auth);
  const versionOf = async () => secrets.versionOf('source', after.id);
  const found = getsSecret
    ? await foundBefore(async () => secrets.readSource(after.id), versionOf)
    : { value: undefined, version: losesSecret ? await versionOf() : undefined };
  const over = found.version;
  const result = await changeBoth(
    { kind: 'source', id: after.id, name: before.name },
    secret === undefined ? undefined : { after: { current: secret }, over, before: found.value },
    {
      clear: async (...secret) => secrets.clear(...secret),
      read: async () => secrets.readSource(after.id),
      save: async (credential: Credential, version) => secrets.saveSource(after.id, credential, version),
    },
    async () => gateway.config.update('source', before, after),
  );
  if (result === 'name-taken') {
    throw new CliFailure(
      'name-taken',
      `a source is called ${JSON.stringify(after.name)} already; choose another name`,
    );
  }
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'source', before);
  if (losesSecret && over !== undefined) await secrets.clear('source', after.id, over);
  return describeUpdated(session, before, after, gateway.manifest, secret);
}

/** What parseSource takes of a source as it is, with what the options say in place of it. */
function changed(source: Source, given: Record<string, unknown>): Record<string, unknown> {
  const kept = {
    name: source.name,
    format: source.format,
    streamType: source.streamType,
    envelope: source.envelope,
    defaultSeverity: source.defaultSeverity,
    dedupWindow: `${source.dedupWindowSeconds}s`,
    rateLimit: source.rateLimit?.perMinute,
    schemas: source.schemas?.documents,
    anyoneCanPost: source.auth.type === 'none' ? true : undefined,
  };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const format = given['format'] ?? source.format;
  return {
    ...kept,
    ...named,
    strict: named['strict'] ?? (hasSchemas(named['schemas'] ?? kept.schemas) && source.schemas?.isStrict),
    // An empty path takes the envelope away; nothing else could say so.
    envelope: named['envelope'] === '' ? undefined : (named['envelope'] ?? kept.envelope),
    severityMap: changedSeverityMap(source, named['severityMap']),
    auth:
      named['preset'] === undefined || named['auth'] !== undefined
        ? changedAuth(source, named['auth'])
        : undefined,
    mapping: changedMapping(format === 'mapping' ? source : undefined, named['mapping']),
    ...changedAlarm(source, named),
  };
}

function hasSchemas(documents: unknown): boolean {
  return Array.isArray(documents) && documents.length > 0;
}

/** What is named joins what there was; an empty map takes it away. */
function changedSeverityMap({ severityMap }: Source, given: unknown): object | undefined {
  if (given === undefined) return severityMap;
  const named = Object.entries(given as object).map(
    ([word, severity]) => [severityKey(word), severity] as const,
  );
  return named.length === 0 ? undefined : { ...severityMap, ...Object.fromEntries(named) };
}

/** Another type of auth starts afresh; of the same one, what is not named stays. */
function changedAuth(source: Source, given: unknown): object {
  if (given === undefined) return source.auth;
  const fields = Object.fromEntries(
    Object.entries(given as object).filter(([, value]) => value !== undefined),
  );
  const { type } = fields;
  if (type !== undefined && type !== source.auth.type) return fields;
  const merged: Record<string, unknown> = { ...source.auth, ...fields };
  if (fields['signedContent'] !== undefined) {
    // Headers that the new form does not sign go with the old one.
    for (const [header, part] of [
      ['timestampHeader', 'timestamp'],
      ['idHeader', 'id.'],
    ] as const) {
      if (fields[header] === undefined && !String(fields['signedContent']).includes(part))
        delete merged[header];
    }
  }
  return merged;
}

function changedMapping(source: Source | undefined, given: unknown): object | undefined {
  const before = source?.mapping;
  if (given === undefined) return before;
  const { fields, severityScale, resolvedWhen } = given as Record<string, unknown>;
  return {
    fields: { ...before?.fields, ...(fields as object) },
    severityScale: severityScale ?? before?.severityScale,
    resolvedWhen: resolvedWhen ?? before?.resolvedWhen,
  };
}

/** An alarm that is switched off loses its calendar. */
function changedAlarm(source: Source, named: Record<string, unknown>): object {
  const kept = writeNoDataAlarm(noDataAlarmOf(source));
  const noDataAlarm = named['noDataAlarm'] ?? kept.noDataAlarm;
  const calendar = named['noDataCalendar'] ?? (noDataAlarm === 'off' ? undefined : kept.noDataCalendar);
  return {
    // A calendar for an alarm that was off switches it on.
    noDataAlarm:
      noDataAlarm === 'off' && named['noDataAlarm'] === undefined && calendar !== undefined
        ? undefined
        : noDataAlarm,
    noDataCalendar: calendar,
  };
}

function describeUpdated(
  session: Session,
  before: Source,
  after: Source,
  manifest: Parameters<typeof sourceView>[1],
  secret: string | undefined,
): CommandResult {
  const { paint } = session;
  const isNewAuth = JSON.stringify(before.auth) !== JSON.stringify(after.auth);
  const fields = renderFields(
    [
      ['auth', isNewAuth ? describeAuth(after.auth) : undefined],
      ['header', isNewAuth ? credentialHeader(after.auth) : undefined],
      ['secret', secret],
      ['takes effect', 'within five seconds'],
    ],
    paint,
  );
  const notes = [
    ...(isNewAuth && secret === undefined && hasSecret(after.auth)
      ? ['The secret is the same as before; the sender must use it in the new way.']
      : []),
    ...(secret === undefined ? [] : ['The secret is shown this once. Give it to the sender now.']),
    ...(isNewAuth && after.auth.type === 'sns'
      ? [
          `Subscribe each topic that is not yet:\n\n${after.auth.topics.map((topic) => snsSubscribeCommand(topic, ingestUrl(manifest, after))).join('\n')}`,
        ]
      : []),
    ...(after.auth.type === 'none' ? ['Anyone who knows the URL can post alerts here.'] : []),
  ];
  return {
    json: { ...sourceView(after, manifest), ...(secret !== undefined && { secret }) },
    text: `${paint('green', 'Updated')} source ${paint('bold', after.name)}\n\n${fields}${notes.map((note) => `\n\n${paint('yellow', note)}`).join('')}`,
  };
}
