import type { Session } from '../session.ts';
import { leavesNobodyTold, toldOfItself } from '../../functions/core/operator/told-of-itself.ts';
import { comesBack } from '../source/comes-back.ts';
import { LAST_TOLD } from '../destination/system-alerts.ts';
import { DESTINATIONS_MAP, type ExistingDestination } from './destination-fields.ts';
import type { Existing, Kind, Step, World } from './kind.ts';
import { MAPS } from './kinds.ts';
import { type Loaded, openWorld } from './open-world.ts';
import { readConfigTexts, type ConfigText, type FileItem, type FileProblem } from './read-files.ts';
import { CliFailure } from '../failure.ts';

/** What a run of `apply` would do, in the order in which it does it; with problems there are no steps. */
type Plan = { steps: Step[]; problems: FileProblem[]; notes: string[] };

/**
 * Compares files with the stored items. An item that no file names stays, unless `prune` is set and `apply` made it.
 *
 * An item is made before the items that name it, and deleted after them.
 */
export async function makePlan(
  session: Session,
  texts: readonly ConfigText[],
  { prune }: { prune: boolean },
): Promise<Plan> {
  const files = texts.map(({ file }) => file);
  const { items, problems } = readConfigTexts(texts, MAPS);
  const { world: there, loaded } = await openWorld(session);
  const pruned = prune ? loaded.map((one) => leftOut(one, items)) : loaded.map(() => []);
  const world = withFiles(there, items, loaded, pruned);
  world.problems.push(...problems);
  const changes: Step[] = [];
  for (const { kind, existing, unreadable } of loaded) {
    for (const item of items.filter(({ map }) => map === kind.map)) {
      const damaged = unreadable.find(({ name }) => name === item.name);
      if (damaged === undefined) {
        const step = await kind.plan(
          world,
          item,
          existing.find(({ name }) => name === item.name),
        );
        if (step !== undefined) changes.push(step);
      } else {
        const message = `is there and cannot be read: ${damaged.problem}; delete it first`;
        world.problems.push({ ...item.at([], true), path: `${item.map}.${item.name}`, message });
      }
    }
  }
  const whole = { loaded, pruned, file: files[0] ?? '' };
  refuseNamed(world, whole, items);
  refuseNobodyTold(world, whole, changes);
  refuseComingBack(world, whole);
  const removals: Step[] = [];
  for (const [index, { kind }] of loaded.entries()) {
    for (const existing of pruned[index] ?? []) removals.unshift(await kind.remove(world, existing));
  }
  const sorted = world.problems.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  return {
    steps: sorted.length > 0 ? [] : [...tellingFirst(changes), ...removals],
    problems: sorted,
    notes: world.notes,
  };
}

/** Of destinations, those that are told of Tocsin itself come before those that are not any more: somebody always is. */
function tellingFirst(steps: readonly Step[]): Step[] {
  const from = steps.findIndex(({ map }) => map === DESTINATIONS_MAP);
  const destinations = steps.filter(({ map }) => map === DESTINATIONS_MAP);
  const isTold = ({ told }: Step) => told === 'told';
  const others = steps.filter(({ map }) => map !== DESTINATIONS_MAP);
  return from < 0
    ? others
    : others.toSpliced(
        from,
        0,
        ...destinations.filter(isTold),
        ...destinations.filter((step) => !isTold(step)),
      );
}

/** The items that `apply` made and no file names any more. */
function leftOut({ kind, existing }: Loaded, items: readonly FileItem[]): Existing[] {
  return existing.filter(
    ({ name, isMadeByApply }) =>
      isMadeByApply && !items.some((item) => item.map === kind.map && item.name === name),
  );
}

/** The world with the names that references may use: stored items that stay, and items of the files. */
function withFiles(
  world: World,
  items: readonly FileItem[],
  loaded: readonly Loaded[],
  pruned: readonly Existing[][],
): World {
  const gone = (kind: Kind): string[] =>
    (pruned[loaded.findIndex((one) => one.kind === kind)] ?? []).map(({ name }) => name);
  const known = new Map(
    loaded.map(({ kind }) => [
      kind.map,
      new Set([
        ...[...world.known(kind.map)].filter((name) => !gone(kind).includes(name)),
        ...items.filter(({ map }) => map === kind.map).map(({ name }) => name),
      ]),
    ]),
  );
  return {
    ...world,
    known: (map) => known.get(map) ?? new Set(),
    isPruned: (map, name) => loaded.some(({ kind }) => kind.map === map && gone(kind).includes(name)),
  };
}

/** All stored items, and those that go because no file names them. A problem of these is told in `file`, since they stand in none. */
type Whole = { loaded: readonly Loaded[]; pruned: readonly Existing[][]; file: string };

function unplaced({ file }: Whole, path: string, message: string): World['problems'][number] {
  return { file, line: 1, column: 1, path, message };
}

/** Judges the state after the whole run, not each step: one destination may hand over to another. */
function refuseNobodyTold({ problems }: World, whole: Whole, steps: readonly Step[]): void {
  const { loaded, pruned } = whole;
  const index = loaded.findIndex(({ kind }) => kind.map === DESTINATIONS_MAP);
  const existing = (loaded[index]?.existing ?? []) as ExistingDestination[];
  const before = new Map(existing.map(({ name, item }) => [name, toldOfItself(item)]));
  const after = new Map(before);
  for (const { name } of pruned[index] ?? []) after.delete(name);
  for (const { map, name, told } of steps) {
    if (map === DESTINATIONS_MAP && told !== undefined) after.set(name, told);
  }
  if (!leavesNobodyTold([...before.values()], [...after.values()])) return;
  const lost = [...before].filter(([name, told]) => told === 'told' && after.get(name) !== 'told');
  const [name] = lost.at(-1) ?? [''];
  problems.push(unplaced(whole, `${DESTINATIONS_MAP}.${name}`, `is ${LAST_TOLD}`));
}

/** A destination that a route names cannot be deleted; a route of the files is judged with the files. */
function refuseNamed({ problems }: World, whole: Whole, items: readonly FileItem[]): void {
  const { loaded, pruned } = whole;
  const of = (map: string) => loaded.findIndex(({ kind }) => kind.map === map);
  const gone = new Set((pruned[of('destinations')] ?? []).map(({ name }) => name));
  const deleted = new Set(pruned[of('routes')] ?? []);
  for (const route of loaded[of('routes')]?.existing ?? []) {
    const isInFiles = items.some(({ map, name }) => map === 'routes' && name === route.name);
    const { to } = route.fields;
    for (const name of isInFiles || deleted.has(route) || !Array.isArray(to) ? [] : to) {
      if (!gone.has(String(name))) continue;
      const message = `is to be deleted, and the route ${JSON.stringify(route.name)}, which no file names, names it`;
      problems.push(unplaced(whole, `destinations.${String(name)}`, message));
    }
  }
}

/** A source of a service whose events the deployment lets in would be there again within minutes. */
function refuseComingBack({ problems, gateway }: World, whole: Whole): void {
  const { loaded, pruned } = whole;
  const sources = pruned[loaded.findIndex(({ kind }) => kind.map === 'sources')] ?? [];
  for (const { id, name } of sources) {
    const refusal = comesBack(gateway.manifest, id, name);
    if (refusal === undefined) continue;
    const message = `is to be deleted, because no file names it, and ${refusal}`;
    problems.push(unplaced(whole, `sources.${name}`, message));
  }
}

/** Every problem with its place, as compilers write it. */
export function refusedFiles({ problems }: Plan): CliFailure {
  const lines = problems.map(
    ({ file, line, column, path, message }) =>
      `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
  );
  return new CliFailure('invalid-configuration', lines.join('\n'), { problems });
}
