import type { Hono } from 'hono';
import * as v from 'valibot';
import type { Done, Plan } from '../api/actions.ts';
import { DO_PATH, PLAN_PATH } from '../api/paths.ts';
import { asked, refusal } from './problems.ts';
import type { LiveChanges } from './live-changes.ts';
import { checked } from './read-query.ts';
import type { ConsoleWorld } from './world.ts';

const text = v.pipe(v.string(), v.minLength(1));
/** A value that stands alone in the command, where a hyphen at its beginning would make it an option. */
const name = v.pipe(text, v.regex(/^[^-]/u, 'begins with a hyphen, which no name does'));
const ACTION = v.variant('action', [
  v.strictObject({
    action: v.literal('silence-create'),
    match: v.pipe(v.array(text), v.minLength(1)),
    for: v.optional(text),
    until: v.optional(text),
    start: v.optional(text),
    comment: text,
  }),
  v.strictObject({ action: v.literal('silence-expire'), id: name }),
  v.strictObject({
    action: v.picklist([
      'destination-test',
      'source-test',
      'destination-enable',
      'destination-disable',
      'route-enable',
      'route-disable',
    ]),
    name,
  }),
  v.strictObject({ action: v.literal('canary-run') }),
  v.strictObject({ action: v.literal('redrive-all') }),
  v.strictObject({
    action: v.literal('redrive'),
    destination: v.optional(name),
    reason: v.optional(name),
    since: v.optional(name),
    letters: v.optional(v.array(name)),
  }),
  v.strictObject({
    action: v.literal('replay-alert'),
    alert: name,
    destination: v.optional(name),
    again: v.optional(v.boolean()),
  }),
  v.strictObject({
    action: v.literal('replay-destination'),
    destination: name,
    since: name,
    until: v.optional(name),
    again: v.optional(v.boolean()),
  }),
]);

/** A command of the CLI: its words, its document on standard input, and the option of its dry run, where it has one. */
type Command = { names: readonly string[]; args: readonly string[]; dryRun?: true };

/** The actions of the console: the plan of one, then the doing. The command that runs is the command shown for copying. */
export function addActions(app: Hono, world: ConsoleWorld, changes: Pick<LiveChanges, 'note'>): void {
  app.post(PLAN_PATH, async (context) =>
    context.json(await planned(world, commandOf(checked(ACTION, await context.req.json())))),
  );
  app.post(DO_PATH, async (context) => {
    if (world.readOnlyBecause !== undefined) {
      throw refusal('read-only', `nothing can be changed here: ${world.readOnlyBecause}`);
    }
    const command = commandOf(checked(ACTION, await context.req.json()));
    // A command that fails may have changed something before.
    const answer = await done(world, command).finally(() => {
      changes.note();
    });
    return context.json(answer);
  });
}

async function planned({ tool }: ConsoleWorld, { names, args, dryRun }: Command): Promise<Plan> {
  const command = tool.written([...names, ...args]);
  const summary = await tool.summaryOf(names);
  if (dryRun === undefined) return { says: summary, command, found: null };
  const answer = await asked(tool, [...names, ...args, '--dry-run']);
  // In the console a button goes on; the hint of the CLI names an option.
  const text = answer.text.replace(/; run it again without --dry-run[^\n]*/u, '');
  return { says: `${summary}\n\n${text}`, command, found: answer.json };
}

async function done({ tool }: ConsoleWorld, { names, args }: Command): Promise<Done> {
  const answer = await asked(tool, [...names, ...args]);
  return {
    ok: answer.exitCode === 0,
    says: answer.text,
    command: tool.written([...names, ...args]),
    result: answer.json,
  };
}

/** An option with its value, which may begin with a hyphen. */
function option(flag: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

function silenceCreate(action: Extract<v.InferOutput<typeof ACTION>, { action: 'silence-create' }>): Command {
  return {
    names: ['silence', 'create'],
    args: [
      ...action.match.flatMap((one) => option('--match', one)),
      ...option('--for', action.for),
      ...option('--until', action.until),
      ...option('--start', action.start),
      ...option('--comment', action.comment),
    ],
    dryRun: true,
  };
}

function commandOf(action: v.InferOutput<typeof ACTION>): Command {
  switch (action.action) {
    case 'silence-create':
      return silenceCreate(action);
    case 'silence-expire':
      return { names: ['silence', 'expire'], args: [action.id] };
    case 'destination-test':
    case 'destination-enable':
    case 'destination-disable':
    case 'source-test':
    case 'route-enable':
    case 'route-disable':
      return { names: action.action.split('-'), args: [action.name] };
    case 'canary-run':
      return { names: ['canary', 'run'], args: [] };
    case 'redrive-all':
      return { names: ['dead-letters', 'redrive'], args: ['--all'], dryRun: true };
    case 'redrive':
      return {
        names: ['dead-letters', 'redrive'],
        args: [
          ...option('--destination', action.destination),
          ...option('--reason', action.reason),
          ...option('--since', action.since),
          ...(action.letters ?? []).flatMap((id) => option('--letter', id)),
        ],
        dryRun: true,
      };
    case 'replay-alert':
      return {
        names: ['replay'],
        args: [
          ...option('--alert', action.alert),
          ...option('--destination', action.destination),
          ...(action.again === true ? ['--again'] : []),
        ],
        dryRun: true,
      };
    case 'replay-destination':
      return {
        names: ['replay'],
        args: [
          ...option('--destination', action.destination),
          ...option('--since', action.since),
          ...option('--until', action.until),
          ...(action.again === true ? ['--again'] : []),
        ],
        dryRun: true,
      };
  }
}
