import { readTextFile } from '../read-text-file.ts';
import { dirname, resolve } from 'node:path';
import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { decisionsOf, differenceOf, toldBy } from '../route/decisions.ts';
import { readConfigured, unreadableOf } from '../route/measure-effect.ts';
import { readPayload } from '../route/read-payload.ts';
import { readRouteTests, type RouteTest } from '../route/route-tests.ts';
import { inert } from '../screen/terminal.ts';
import type { Configured } from '../../functions/core/route/routing-configuration.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

/** The outcome of a case; `problem` where it is not as expected. */
type Tested = { name: string; told: string[]; problem: string | undefined };

export const addRouteTest: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'test <file>',
    summary: 'Hold the routes against named cases: who is told of what; exit 1 when one is otherwise',
    examples: ['tocsin route test routes.test.yml'],
    async run(session, _options, file = '') {
      const gateway = await session.gateway();
      const { tests, problems } = readRouteTests(await contentOf(file));
      if (problems.length > 0) throw wrongUsage(`${file}: ${problems.join('\n')}`);
      const configured = await readConfigured(gateway);
      const tested: Tested[] = [];
      for (const test of tests) tested.push(await runTest(session, gateway, { configured, file }, test));
      const failed = tested.filter(({ problem }) => problem !== undefined).length;
      return {
        json: {
          tests: tested.map(({ name, told, problem }) => ({
            name,
            passed: problem === undefined,
            told,
            ...(problem !== undefined && { problem }),
          })),
          passed: tested.length - failed,
          failed,
        },
        text: [
          ...tested.map(({ name, problem }) =>
            problem === undefined ? `PASS ${inert(name)}` : `FAIL ${inert(name)}: ${problem}`,
          ),
          `${tested.length - failed} passed, ${failed} failed`,
        ].join('\n'),
        unreadable: unreadableOf(configured),
        hasFailed: failed > 0,
      };
    },
  });
};

async function runTest(
  session: Session,
  { config }: Gateway,
  { configured, file }: { configured: Configured; file: string },
  test: RouteTest,
): Promise<Tested> {
  const { name, expected, sent } = test;
  try {
    const source = await findConfig(config, 'source', test.source);
    const body = await bodyOf(sent, file);
    const reading = await readPayload(
      session,
      'alert' in sent ? generic(source) : source,
      body,
      session.nowMs,
    );
    const alerts = reading.map((alert) => ({ ...alert, source: { ...alert.source, format: source.format } }));
    const told = toldBy(decisionsOf(alerts, configured, session.nowMs));
    return { name, told, problem: differenceOf(expected, told) };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return { name, told: [], problem: error.message };
  }
}

/** The parts of an alert are what the generic format reads, whatever the source's own is. */
function generic({ envelope: _envelope, mapping: _mapping, schemas: _schemas, ...source }: Source): Source {
  return { ...source, format: 'generic', streamType: 'json' };
}

async function bodyOf(sent: RouteTest['sent'], path: string): Promise<Uint8Array> {
  if ('file' in sent) return Buffer.from(await contentOf(resolve(dirname(path), sent.file)));
  if ('alert' in sent) return Buffer.from(JSON.stringify({ title: 'a test of the routes', ...sent.alert }));
  return Buffer.from(typeof sent.payload === 'string' ? sent.payload : JSON.stringify(sent.payload));
}

async function contentOf(file: string): Promise<string> {
  const read = await readTextFile(file);
  if ('text' in read) return read.text;
  throw new CliFailure('unreadable-file', `${file} ${read.problem}`);
}
