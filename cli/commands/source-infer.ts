import { inferEnvelope } from '../../functions/core/operator/infer-envelope.ts';
import { inferMapping } from '../../functions/core/operator/infer-mapping.ts';
import { inferSchema } from '../../functions/core/operator/infer-schema.ts';
import { VALUE_READERS } from '../source/value-readers.ts';
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
import { TOCSIN } from '../words/hint.ts';

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
  const { config, records, sourceHealth } = await session.gateway();
  const source = await findConfig(config, 'source', name);
  const { items } = await records.alerts({ ...window, sourceId: source.id });
  const refused = await sourceHealth.refusedSample(source.id, session.nowMs);
  if (items.length === 0 && refused === undefined) {
    throw new CliFailure(
      'nothing-received',
      `source ${JSON.stringify(source.name)} has sent nothing in this time, and nothing was refused in the last hour; name a longer time with --since, or let it send again`,
    );
  }
  // Only a mapped source keeps its records whole; the other formats keep in `details` what has no field of its own.
  const isWhole = refused !== undefined || source.format === 'mapping';
  // A refused record is the one that the operator asks about, and it is whole.
  const bodies =
    refused === undefined
      ? items.map(({ alert }) => (isWhole ? alert.details : seenOf(alert)))
      : [JSON.parse(refused.record) as unknown];
  const { samples, mapping, envelope } = withoutEnvelope(bodies);
  const schema = inferSchema(samples, isWhole);
  const command = updateCommand(source, mapping, envelope);
  return {
    json: {
      source: { id: source.id, name: source.name },
      alerts: refused === undefined ? items.length : 0,
      refused_at: refused?.at ?? null,
      is_whole_record: isWhole,
      schema,
      mapping: {
        fields: mapping.fields,
        severities: mapping.severities.slice(0, MAX_SEVERITIES),
        statuses: mapping.statuses.slice(0, MAX_SEVERITIES),
        resolved_when: mapping.resolvedWhen,
      },
      command,
    },
    text: describe(session, source, {
      count: items.length,
      refusedAt: refused?.at,
      isWhole,
      schema,
      mapping,
      command,
    }),
  };
}

/** A body without anything like a title may be a list of records with something around it. */
function withoutEnvelope(bodies: unknown[]): {
  samples: unknown[];
  mapping: InferredMapping;
  envelope?: string;
} {
  const mapping = inferMapping(bodies, VALUE_READERS);
  const found =
    mapping.fields.title === undefined && bodies.length === 1 ? inferEnvelope(bodies[0]) : undefined;
  return found === undefined
    ? { samples: bodies, mapping }
    : { samples: found.records, mapping: inferMapping(found.records, VALUE_READERS), envelope: found.path };
}

/** The fields of the record that are known: those that the format read, and its details. */
function seenOf(alert: Alert): Record<string, unknown> {
  return {
    title: alert.title,
    ...(alert.severity_original !== undefined && { severity: alert.severity_original }),
    ...alert.details,
  };
}

/** Each text of others in it is made inert by itself: `inert` of the whole would take out the mark of a hint. */
function updateCommand(source: Source, mapping: InferredMapping, envelope?: string): string {
  const maps = Object.entries(mapping.fields).map(
    ([field, path]) => `--map ${shellWord(`${field}=${inert(path)}`)}`,
  );
  // An unknown word stands there with the severity that it would get anyway, for the operator to change.
  const unknown = mapping.unknownSeverities
    .slice(0, MAX_SEVERITIES)
    .filter((value) => !/[,=]/u.test(String(value)))
    .map((value) => `${inert(String(value)).trim()}=${source.defaultSeverity}`);
  const words = [
    ...(envelope === undefined ? [] : [`--envelope ${shellWord(envelope)}`]),
    ...(unknown.length === 0 ? [] : [`--severity-map ${shellWord(unknown.join(','))}`]),
    ...(mapping.resolvedWhen.length === 0 ? [] : [`--resolved-when ${mapping.resolvedWhen.join(',')}`]),
  ];
  return [`${TOCSIN} source update`, shellWord(source.name), '--format mapping', ...maps, ...words].join(' ');
}

function describe(
  session: Session,
  source: Source,
  found: {
    count: number;
    refusedAt: string | undefined;
    isWhole: boolean;
    schema: object;
    mapping: InferredMapping;
    command: string;
  },
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
            .join(
              ', ',
            )}.${found.mapping.unknownSeverities.length === 0 ? '' : ' Change in --severity-map what those mean that nobody knows, or say with --severity-scale how numbers read: the direction is never guessed.'}`,
        ]),
  ];
  return [
    `${paint('bold', source.name)}: ${found.refusedAt === undefined ? `from the last ${found.count} alerts` : `from the record that was refused at ${found.refusedAt}`}`,
    `${paint('bold', 'Schema')} (for --schema)\n\n${toJson(found.schema, 2)}`,
    `${paint('bold', 'Mapping')}\n\n${mapped.length === 0 ? 'no field has a name that tells what it is' : renderFields(mapped, paint)}`,
    ...(mapped.length === 0 ? [] : [`Try it:\n\n${found.command}`]),
    ...notes.map((note) => paint('yellow', note)),
  ].join('\n\n');
}
