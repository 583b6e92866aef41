import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { addSettings } from '../config/settings.ts';
import { parseSource } from '../../functions/core/config/parse-source.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { refusedSettings, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { SOURCE_FLAGS, sourceInput, type SourceOptions } from '../source/source-options.ts';
import { changeSource } from '../source/save-source.ts';
import { snsSubscribeCommand } from '../source/sns-subscribe.ts';
import { renderFields } from '../screen/table.ts';
import { credentialHeader, describeAuth, ingestUrl, sourceView } from '../words/views.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Session } from '../session.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';

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
      addSettings(command, 'update', { list: SOURCE_SETTINGS });
    },
    run: updateSource,
  });
};

async function updateSource(session: Session, options: SourceOptions, name = ''): Promise<CommandResult> {
  if (Object.keys(options).length === 0) throw wrongUsage('nothing to change: name at least one option');
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'source', name);
  const problems: Problem[] = [];
  const parsed = parseSource(await sourceInput(options, problems, before), FORMATS);
  if (!parsed.ok) throw refusedSettings([...problems, ...parsed.problems], SOURCE_FLAGS);
  if (problems.length > 0) throw refusedSettings(problems, SOURCE_FLAGS);
  const { after, drawn } = await changeSource(session, before, parsed.value);
  return describeUpdated(session, gateway.manifest, { before, after, secret: drawn });
}

function describeUpdated(
  session: Session,
  manifest: Parameters<typeof sourceView>[1],
  { before, after, secret }: { before: Source; after: Source; secret: string | undefined },
): CommandResult {
  const { paint } = session;
  const isNewAuth = JSON.stringify(before.auth) !== JSON.stringify(after.auth);
  const fields = renderFields(
    [
      ['auth', isNewAuth ? describeAuth(after.auth) : undefined],
      ['header', isNewAuth ? credentialHeader(after.auth) : undefined],
      ['secret', secret],
      ['takes effect', TAKES_EFFECT],
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
