import { describe, expect, it } from 'vitest';
import { isLinkHost, readLinkHosts } from '../../../functions/core/config/parse-link-hosts.ts';
import type { Problem } from '../../../functions/core/config/problem.ts';

function read(value: unknown) {
  const problems: Problem[] = [];
  return { hosts: readLinkHosts(value, problems), problems: problems.map(({ message }) => message) };
}

describe('hosts that mails may link to', () => {
  it('are kept in lower case, each once', () => {
    expect(read(['Grafana.example.com', 'grafana.example.com', '*.example.com'])).toEqual({
      hosts: ['grafana.example.com', '*.example.com'],
      problems: [],
    });
  });

  it('are none by the word', () => {
    expect(read(['none'])).toEqual({ hosts: [], problems: [] });
  });

  it('are twenty at most', () => {
    const hosts = Array.from({ length: 21 }, (_, index) => `h${String(index)}.example.com`);
    expect(read(hosts).problems).toEqual(['has 21 hosts; expected at most 20']);
  });

  it.each([
    ['grafana.example.com', true],
    ['*.example.com', true],
    ['localhost', true],
    ['*.com', false],
    ['*', false],
    ['a.*.example.com', false],
    ['https://example.com', false],
    ['example.com/path', false],
    ['example.com:443', false],
    ['-example.com', false],
    ['', false],
    [`${'a.'.repeat(126)}com`, false],
  ])('%j is one: %s', (host, isOne) => {
    expect(isLinkHost(host)).toBe(isOne);
    expect(read([host]).problems).toHaveLength(isOne ? 0 : 1);
  });
});
