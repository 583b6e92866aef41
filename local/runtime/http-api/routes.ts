import { StartError } from '../../start-error.ts';
import type { LambdaFunction } from '../lambda-function.ts';

export type Route = { key: string; lambda: LambdaFunction; timeoutMs: number };
export type MatchedRoute = { route: Route; pathParameters: Record<string, string> };

type CompiledRoute = Route & { method: string; pattern: RegExp; names: string[]; rank: number };

/** Full matches before variables before greedy variables before `$default`; a named method before ANY. */
function rankOf(method: string, path: string): number {
  if (path === '$default') return 0;
  let rank = 6;
  if (path.includes('+}')) rank = 2;
  else if (path.includes('{')) rank = 4;
  return method === 'ANY' ? rank : rank + 1;
}

function compile(route: Route): CompiledRoute {
  if (route.key === '$default') {
    return { ...route, method: 'ANY', pattern: /^/, names: [], rank: rankOf('ANY', '$default') };
  }
  const [method, path] = route.key.split(' ');
  if (method === undefined || path === undefined)
    throw new StartError(`route key ${route.key} is not "METHOD /path"`);
  const names: string[] = [];
  const source = path
    .replaceAll(/[.*^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\{([^{}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
      names.push(name);
      return greedy === '' ? '([^/]+)' : '(.+)';
    });
  return { ...route, method, pattern: new RegExp(`^${source}$`, 's'), names, rank: rankOf(method, path) };
}

/**
 * Finds the route of a request as an HTTP API does.
 *
 * Paths are matched as sent, so an encoded slash does not end a variable; variables are then decoded.
 */
export function createRouter(
  routes: readonly Route[],
): (method: string, path: string) => MatchedRoute | undefined {
  const compiled = routes.map(compile).sort((a, b) => b.rank - a.rank);
  return (method, path) => {
    for (const { pattern, names, method: wanted, ...route } of compiled) {
      const match = wanted === 'ANY' || wanted === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const parameters = names.map((name, index): [string, string] => [name, decode(match[index + 1] ?? '')]);
      return { route, pathParameters: Object.fromEntries(parameters) };
    }
    return undefined;
  };
}

/** Percent-decoding that leaves malformed text as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
