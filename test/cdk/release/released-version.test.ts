import { expect, it } from 'vitest';
import { releasedVersion } from '../../../cdk/release/released-version.ts';

it.each([
  ['# Changelog\n\n## 1.2.3 (2026-11-27)\n\n- [FEATURE] a\n\n## 1.2.2\n', '1.2.3'],
  ['# Changelog\n\n## Unreleased\n\n## 1.2.3\n', '1.2.3'],
  ['# Changelog\n\n## Unreleased\n\n- [FEATURE] b\n\n## 1.2.3\n', '1.2.3-unreleased'],
  ['# Changelog\n\n## Unreleased\n\n- [FEATURE] b\n', '0.1.0-unreleased'],
  ['# Changelog\n', '0.1.0'],
])('the newest version of the changelog, and what is not of it yet is said: %j', (changelog, version) => {
  expect(releasedVersion(changelog, '0.1.0')).toBe(version);
});
