import { alertsPerMinute } from '../../functions/core/ingest/source-rate.ts';
import { hasSecret } from '../../functions/core/model/config/source.ts';
import { SOURCE_SETTINGS } from '../../functions/core/config/settings/source-settings.ts';
import { linesOf } from '../config/settings.ts';
import { lastChangedBy } from '../caller.ts';
import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { describeAuth, postUrl, sourceView } from '../words/views.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CommandFile } from '../command.ts';

/** Undefined, and no line, for a source of another format. */
function describeMapping({ mapping }: Source): string | undefined {
  if (mapping === undefined) return undefined;
  const { fields, severityScale, resolvedWhen } = mapping;
  return [
    ...Object.entries(fields).map(([field, path]) => `${field} = ${inert(path)}`),
    ...(fields.severity === undefined ? [] : [`severities read as ${severityScale}`]),
    ...(resolvedWhen.length === 0 ? [] : [`resolved when ${resolvedWhen.map(inert).join(', ')}`]),
  ].join('\n');
}

function describeSeverityMap({ severityMap }: Source): string | undefined {
  return severityMap === undefined
    ? undefined
    : Object.entries(severityMap)
        .map(([word, severity]) => `${inert(word)} = ${severity}`)
        .join('\n');
}

export const addSourceShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <name>',
    summary: 'Show a source, by name or id; its secret stays hidden',
    examples: ['tocsin source show ci'],
    hasView: true,
    async run(session, _options, name = '') {
      const gateway = await session.gateway();
      const { config, manifest } = gateway;
      const source = await findConfig(config, 'source', name);
      const by = await lastChangedBy(gateway, 'source', source.id);
      const isSecret = hasSecret(source.auth);
      const isOpen = source.auth.type === 'none';
      return {
        view: { page: 'sources', id: source.name },
        json: { ...sourceView(source, manifest), updated_by: by ?? null },
        text: renderFields(
          [
            ['name', session.paint('bold', source.name)],
            ['id', source.id],
            ['url', postUrl(manifest, source)],
            ['format', source.format],
            ['auth', isOpen ? session.paint('yellow', describeAuth(source.auth)) : describeAuth(source.auth)],
            ['secret', isSecret ? '(not shown; rotate to get a new one)' : 'none'],
            ['mapping', describeMapping(source)],
            ['severity map', describeSeverityMap(source)],
            ...linesOf<Source>(SOURCE_SETTINGS, source),
            [
              'rate limit',
              source.auth.type === 'aws-event' ? undefined : `${alertsPerMinute(source)} alerts a minute`,
            ],
            ['enabled', source.isEnabled ? 'yes' : 'no'],
            ['created', relativeTime(source.createdAt, session.nowMs)],
            [
              'changed',
              `${relativeTime(source.updatedAt, session.nowMs)}${by === undefined ? '' : ` by ${by}`}`,
            ],
          ],
          session.paint,
        ),
      };
    },
  });
};
