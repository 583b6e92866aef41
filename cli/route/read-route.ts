import { parseRoute, type RouteSettings } from '../../functions/core/config/parse-route.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { LABEL_PREFIX } from '../../functions/core/match/matcher.ts';
import { parseLabel } from '../../functions/core/match/match-shorthands.ts';
import { parseMatchers } from '../../functions/core/match/parse-matchers.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { findConfig, findIds } from '../config/find-config.ts';
import { isDefaultWord } from './default-route.ts';
import { flagsOf, inputOf, type OptionsOf } from '../config/settings.ts';
import { refusedSettings, wrongUsage } from '../failure.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';

export type RouteOptions = OptionsOf<typeof ROUTE_SETTINGS>;

/**
 * The settings of a route as the options say them; `before` stays where they say nothing.
 *
 * @throws CliFailure with every problem at once, before anything is looked up
 */
export function readRoute(options: RouteOptions, before?: Route): RouteSettings {
  const problems: Problem[] = [];
  const isTakenAway = before !== undefined;
  const said = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      // `--label any` takes every label away.
      isTakenAway && Array.isArray(value) && value.length === 1 && value[0] === 'any' ? 'any' : value,
    ]),
  );
  const labels = Array.isArray(said['label']) ? readLabels(options.label ?? [], problems) : said['label'];
  const settings = parseRoute(
    inputOf<Route>(ROUTE_SETTINGS, { ...said, label: labels }, before && kept(before, options)),
  );
  if (!settings.ok) problems.push(...settings.problems);
  if (!settings.ok || problems.length > 0) throw refusedSettings(problems, flagsOf(ROUTE_SETTINGS));
  return settings.value;
}

/** A route without its last time interval has no setting for the time outside of them either. */
function kept(before: Route, { active, muted }: RouteOptions): Route {
  const { activeIntervalIds, mutedIntervalIds, outside: _outside, holdsCritical: _holds, ...others } = before;
  const hasSome = (given: readonly string[] | undefined, stored: readonly string[] | undefined): boolean =>
    given === undefined ? stored !== undefined : given.join() !== 'any';
  return hasSome(active, activeIntervalIds) || hasSome(muted, mutedIntervalIds) ? before : others;
}

/** The same with ids for names; whatever is named must exist, a source in a matcher too. */
export async function withIds(config: ConfigStore, settings: RouteSettings): Promise<RouteSettings> {
  const { sourceIds, ...others } = settings.condition;
  const matchers = (others.matchers ?? []).flatMap((text) => parseMatchers(text).matchers);
  const sources = matchers.filter(
    ({ name, operator }) => name === 'source' && (operator === '=' || operator === '!='),
  );
  await boundedMap(sources, CALLS_AT_ONCE, async ({ value }) => {
    const { id, name } = await findConfig(config, 'source', value);
    if (value === id || value === name) return;
    throw wrongUsage(`--match: source=${value} would match nothing; expected the whole id ${id}, or ${name}`);
  });
  const { activeIntervalIds: active, mutedIntervalIds: muted } = settings;
  const { destinationIds } = settings;
  if (
    isDefaultWord(destinationIds) &&
    (await config.locate('destination', destinationIds.join())) === undefined
  ) {
    throw wrongUsage(
      `--to: only the route "default" leads to ${destinationIds.join()}; expected destinations, by name or id`,
    );
  }
  return {
    ...settings,
    destinationIds: await findIds(config, 'destination', destinationIds),
    condition: {
      ...(sourceIds !== undefined && { sourceIds: await findIds(config, 'source', sourceIds) }),
      ...others,
    },
    ...(active !== undefined && { activeIntervalIds: await findIds(config, 'interval', active) }),
    ...(muted !== undefined && { mutedIntervalIds: await findIds(config, 'interval', muted) }),
  };
}

/** Undefined where none can be read: every problem is told already. */
function readLabels(labels: readonly string[], problems: Problem[]): Record<string, string> | undefined {
  const read: Record<string, string> = {};
  for (const label of labels) {
    const matcher = parseLabel(label);
    if ('problem' in matcher) {
      problems.push({ path: 'condition.labels', message: matcher.problem });
      continue;
    }
    const name = matcher.name.startsWith(LABEL_PREFIX)
      ? matcher.name.slice(LABEL_PREFIX.length)
      : matcher.name;
    if (Object.hasOwn(read, name)) {
      problems.push({
        path: 'condition.labels',
        message: `${JSON.stringify(name)} is there twice; all labels must match`,
      });
    }
    read[name] = matcher.value;
  }
  return Object.keys(read).length === 0 ? undefined : read;
}
