import { addCommand, type CommandFile } from '../command.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME } from '../../functions/core/model/config/route.ts';
import { findLocated } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import { TOCSIN } from '../words/hint.ts';
import { relativeTime } from '../words/time.ts';
import type { ConfigChange, HistoryKind } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

/** An item that has or had the name, with its last changes. */
type Found = { kind: HistoryKind; id: string | undefined; changes: ConfigChange[] };

const KINDS = ['source', 'destination', 'route', 'silence', 'interval', 'lookup'] as const;

export const addHistory: CommandFile = (parent, run) => {
  addCommand(parent, run, {
    name: 'history <name>',
    summary: 'Show who changed a source, a destination, a route or another item, when and what',
    examples: ['tocsin history oncall', 'tocsin history default', "tocsin history 'okta.*' --json"],
    async run(session, _options, name = '') {
      const found = await findAll(await session.gateway(), name);
      if (found.length === 0)
        throw new CliFailure(
          'not-found',
          `nothing is called ${JSON.stringify(name)}, nor was; see: ${TOCSIN} export`,
        );
      return {
        json: { items: found.map((one) => ({ ...one, id: one.id ?? null })) },
        text: found.map((one) => describe(one, name, session)).join('\n\n'),
      };
    },
  });
};

/** Everything of the name: a source and a destination may have the same. */
async function findAll({ config, history, remediation }: Gateway, name: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const kind of KINDS) {
    const id = kind === 'route' && name === DEFAULT_ROUTE_NAME ? DEFAULT_ROUTE_ID : name;
    const item = await findLocated(config, kind, id);
    const changes =
      item === undefined ? await history.ofDeleted(kind, name) : await history.of(kind, item.id);
    if (item !== undefined || changes.length > 0) found.push({ kind, id: item?.id, changes });
  }
  const entry = await remediation.find(name);
  const changes =
    entry === undefined
      ? await history.ofDeleted('remediation', name)
      : await history.of('remediation', name);
  if (entry !== undefined || changes.length > 0) {
    found.push({ kind: 'remediation', id: entry === undefined ? undefined : name, changes });
  }
  return found;
}

function describe({ kind, changes }: Found, name: string, session: Session): string {
  const lines = changes
    .toReversed()
    .flatMap(({ at, by, what, fields = [] }) => [
      `  ${at} (${relativeTime(at, session.nowMs)})  ${what} by ${inert(by)}`,
      ...fields.map(
        ({ field, old, new: next }) =>
          `    ${inert(field)}: ${old === undefined ? '(none)' : inert(old)} -> ${next === undefined ? '(none)' : inert(next)}`,
      ),
    ]);
  const title = session.paint('bold', `${kind} ${inert(name)}`);
  return [
    title,
    ...(lines.length === 0 ? ['  nothing is kept of its changes: it is older than this version'] : lines),
  ].join('\n');
}
