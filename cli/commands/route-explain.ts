import { readFile } from 'node:fs/promises';
import { INSTANT_EXAMPLE, instantMs } from '../../functions/core/config/instant.ts';
import { addCommand, collectedList } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { readStdin } from '../io.ts';
import { decisionsOf, decisionView, describeDecision, differenceOf, toldBy } from '../route/decisions.ts';
import { readConfigured, unreadableOf } from '../route/measure-effect.ts';
import { readPayload } from '../route/read-payload.ts';
import type { CommandFile } from '../command.ts';
import { whyUnreadable } from '../read-text-file.ts';

type Options = { source?: string; at?: string; expect?: string[] };

export const addRouteExplain: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'explain <file>',
    summary: 'Say who would be told of a payload, and why; nothing is sent',
    examples: [
      'tocsin route explain finding.json --source guardduty',
      'curl -fsS --max-time 10 --retry 3 https://ci.example.com/last.json | tocsin route explain - --source ci --expect on-call,siem',
    ],
    options(command) {
      command
        .option('--source <name>', 'the source that would send it (required)')
        .option('--at <time>', 'as if it came then, ISO 8601 (default: now)')
        .option(
          '--expect <destinations>',
          'names of all that must be told, or none; exit 1 when it is otherwise',
          collectedList,
        );
    },
    async run(session, options, file = '') {
      if (options.source === undefined)
        throw wrongUsage('--source is missing; expected the name of a source');
      const atMs = options.at === undefined ? session.nowMs : instantMs(options.at);
      if (atMs === undefined) {
        throw wrongUsage(
          `--at ${JSON.stringify(options.at)} is no time with a time zone; expected for example ${INSTANT_EXAMPLE}`,
        );
      }
      const gateway = await session.gateway();
      const body = await readBody(file, async () => readStdin(session.io));
      const source = await findConfig(gateway.config, 'source', options.source);
      const configured = await readConfigured(gateway);
      const decisions = decisionsOf(await readPayload(session, source, body, atMs), configured, atMs);
      const expected = options.expect?.filter((name) => name !== 'none');
      const difference = expected === undefined ? undefined : differenceOf(expected, toldBy(decisions));
      return {
        json: {
          alerts: decisions.map(decisionView),
          told: toldBy(decisions),
          ...(expected !== undefined && { as_expected: difference === undefined }),
        },
        text: [
          ...decisions.map(describeDecision),
          ...(decisions.length === 0 ? ['The payload holds no alert.'] : []),
          ...(difference === undefined ? [] : [`Not as expected: ${difference}`]),
        ].join('\n'),
        unreadable: unreadableOf(configured),
        hasFailed: difference !== undefined,
      };
    },
  });
};

async function readBody(file: string, stdin: () => Promise<string>): Promise<Uint8Array> {
  if (file === '-') return Buffer.from(await stdin());
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliFailure('unreadable-file', `${file} ${whyUnreadable(error)}`);
  }
}
