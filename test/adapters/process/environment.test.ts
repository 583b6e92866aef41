import { afterEach, expect, test, vi } from 'vitest';
import { requireEnv } from '../../../functions/adapters/process/environment.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a variable of the environment is read, a missing or empty one is named', () => {
  vi.stubEnv('TOCSIN_TABLE', 'table');
  vi.stubEnv('TOCSIN_EMAIL_FROM', '');
  vi.stubEnv('TOCSIN_RETENTION_DAYS', undefined);
  expect(requireEnv('TOCSIN_TABLE')).toBe('table');
  expect(() => requireEnv('TOCSIN_EMAIL_FROM')).toThrow('environment variable TOCSIN_EMAIL_FROM is not set');
  expect(() => requireEnv('TOCSIN_RETENTION_DAYS')).toThrow('TOCSIN_RETENTION_DAYS is not set');
});
