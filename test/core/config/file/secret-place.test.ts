import { describe, expect, it } from 'vitest';
import { isSecretPlace, readSecretPlace } from '../../../../functions/core/config/file/secret-place.ts';
import type { Problem } from '../../../../functions/core/config/problem.ts';

function read(value: unknown) {
  const problems: Problem[] = [];
  return { place: readSecretPlace(value, 'secret', problems), problems };
}

describe('where a secret is', () => {
  it.each<[unknown, object]>([
    [{ generate: true }, { from: 'generate' }],
    [{ stored: true }, { from: 'stored' }],
    [{ env: 'TOKEN' }, { from: 'env', name: 'TOKEN' }],
    [{ secrets_manager: 'prod/token' }, { from: 'secrets_manager', name: 'prod/token' }],
  ])('is said by %j', (value, place) => {
    expect(read(value)).toEqual({ place, problems: [] });
    expect(isSecretPlace(value)).toBe(true);
  });

  it.each([
    ['hunter2-the-secret'],
    [{ value: 'hunter2-the-secret' }],
    [{ env: 'A', stored: true }],
    [{ generate: 'hunter2-the-secret' }],
    [{ env: '' }],
    [{ secrets_manager: 7 }],
    [['hunter2-the-secret']],
    [{}],
    [null],
  ])('is not said by %j, and nothing of that is quoted', (value) => {
    const { place, problems } = read(value);
    expect(place).toBeUndefined();
    expect(problems.map(({ path }) => path)).toEqual(['secret']);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
