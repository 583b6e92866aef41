import { inferMapping } from '../../functions/core/operator/infer-mapping.ts';
import { inferSchema } from '../../functions/core/operator/infer-schema.ts';
import { addCommand } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { addListOptions, readListOptions } from '../records/list-options.ts';
import { renderFields } from '../screen/table.ts';
import { inert, toJson } from '../screen/terminal.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { InferredMapping } from '../../functions/core/operator/infer-mapping.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { ListOptions } from '../records/list-options.ts';
import type { Session } from '../session.ts';

const MAX_SEVERITIES = 10;

export const addSourceInfer: CommandFile = (group, run) => {
  addCommand<ListOptions>(group, run, {
    name: 'infer <name>',
    summary: 'Propose a JSON Schema and a field mapping from the alerts that a source sent last',
    examples: ['tocsin source infer siem', "tocsin source infer siem --since 7d --json | jq '.schema'"],
    options: addListOptions,
    run: async (session, options, name = '') => inferSource(session, options, name),
  });
};

async function inferSource(session: Session, options: ListOptions, name: string): Promise<CommandResult> {
  const window = readListOptions(session, options);
  const { config, records } = await session.gateway();
  const source = await findConfig(config, 'source', name);
  const { items } = await records.alerts({ ...window, sourceId: source.id });
  if (items.length === 0) {
    throw new CliFailure(
      'nothing-received',
      `source ${JSON.stringify(source.name)} has sent nothing in this time; name a longer one with --since`,
    );
  }
  // Only a mapped source keeps its records whole; the other formats keep in `details` what has no field of its own.
  const isWhole = source.format === 'mapping';
  const samples = items.map(({ alert }) => (isWhole ? alert.details : seenOf(alert)));
  const schema = inferSchema(samples, isWhole);
  const mapping = inferMapping(samples);
  const command = updateCommand(source, mapping);
  return {
    json: {
      source: { id: source.id, name: source.name },
      alerts: items.length,
      is_whole_record: isWhole,
      schema,
      mapping: { fields: mapping.fields, severities: mapping.severities.slice(0, MAX_SEVERITIES) },
      command,
    },
    text: describe(session, source, { count: items.length, isWhole, schema, mapping, command }),
  };
}

/** What is left of the record, beside what the format made of it. */
function seenOf(alert: Alert): Record<string, unknown> {
  return {
    title: alert.title,
    ...(alert.severity_original !== undefined && { severity: alert.severity_original }),
    ...alert.details,
  };
}

function updateCommand(source: Source, mapping: InferredMapping): string {
  const maps = Object.entries(mapping.fields).map(
    ([field, path]) => `--map ${shellWord(`${field}=${path}`)}`,
  );
  const scale = mapping.severities.some((value) => !Number.isNaN(Number(value)))
    ? ' --severity-scale SCALE'
    : '';
  return `tocsin source update ${shellWord(source.name)} --format mapping ${maps.join(' ')}${scale}`;
}

function describe(
  session: Session,
  source: Source,
  found: { count: number; isWhole: boolean; schema: object; mapping: InferredMapping; command: string },
): string {
  const { paint } = session;
  const { fields, severities } = found.mapping;
  const mapped = Object.entries(fields).map(([field, path]) => [field, inert(path)] as const);
  const notes = [
    ...(found.isWhole
      ? []
      : [
          `Format ${source.format} does not keep whole records: this is what it had no field for. Nothing is required by the schema.`,
        ]),
    ...(severities.length === 0
      ? []
      : [
          `Severities seen: ${severities
            .slice(0, MAX_SEVERITIES)
            .map((value) => inert(String(value)))
            .join(', ')}. Say with --severity-scale how numbers read: the direction is never guessed.`,
        ]),
  ];
  return [
    `${paint('bold', source.name)}: from the last ${found.count} alerts`,
    `${paint('bold', 'Schema')} (for --schema)\n\n${toJson(found.schema, 2)}`,
    `${paint('bold', 'Mapping')}\n\n${mapped.length === 0 ? 'no field has a name that tells what it is' : renderFields(mapped, paint)}`,
    ...(mapped.length === 0 ? [] : [`Try it:\n\n${inert(found.command)}`]),
    ...notes.map((note) => paint('yellow', note)),
  ].join('\n\n');
}
