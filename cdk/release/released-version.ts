/**
 * The version of a release: the newest one that the changelog names, `## 1.2.3` or `## 1.2.3 (2026-11-27)`. While
 * `## Unreleased` holds a line, the version is that of a forerunner of the next one, `1.2.3-unreleased`.
 *
 * @param before - the version before anything was released
 */
export function releasedVersion(changelog: string, before: string): string {
  const version = /^## v?(\d+\.\d+\.\d+)\b/mu.exec(changelog)?.[1] ?? before;
  const unreleased = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/mu.exec(changelog)?.[1] ?? '';
  return unreleased.trim() === '' ? version : `${version}-unreleased`;
}
