import { readFileSync } from 'node:fs';
import { minVersion, satisfies } from 'semver';
import { expect, it } from 'vitest';

type Locked = { engines?: { node?: string }; optional?: true; version?: string };

const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};

/** Debian 13 ships it, and it is the oldest that `package.json` promises. */
const OLDEST = '20.19.0';

it('package.json promises Node.js from 20.19 on', () => {
  expect(minVersion(engines.node)?.version).toBe(OLDEST);
});

it('no package asks for a newer Node.js than that, so that npm ci warns about nothing', () => {
  const newer = Object.entries(packages).filter(
    ([, { engines: wanted, optional }]) =>
      optional !== true && wanted?.node !== undefined && !satisfies(OLDEST, wanted.node),
  );
  expect(newer.map(([path, { engines: wanted }]) => `${path} wants ${String(wanted?.node)}`)).toEqual([]);
});
