import { describe, expect, it } from 'vitest';
import { fieldName } from '../../../functions/core/ingest/field-name.ts';
import { usual } from '../../../functions/core/ingest/usual-names.ts';

const title = (record: object) =>
  usual({ ...record }, 'title', (value) => (typeof value === 'string' ? value : undefined));

describe('the value under a usual name', () => {
  it.each<[string, object, string | undefined]>([
    ['by the best of the names', { message: 'b', title: 'a' }, 'a'],
    ['by the next name where the best cannot be read', { title: 7, summary: 'a' }, 'a'],
    ['in any spelling', { 'Rule-Name': 'a' }, 'a'],
    ['in what senders put around the fields', { alert: { event: { title: 'a' } } }, 'a'],
    ['further up before further down', { alert: { title: 'b' }, message: 'a' }, 'a'],
    ['in no object that may be about something else', { user: { title: 'a' } }, undefined],
    ['four levels down at the most', { a: 1, alert: { data: { event: { title: 'a' } } } }, 'a'],
    ['no further', { alert: { data: { event: { issue: { title: 'a' } } } } }, undefined],
    ['nowhere', {}, undefined],
  ])('is found %s', (_where, record, found) => {
    expect(title(record)).toBe(found);
  });

  it('is of the record that is asked, though another was asked before', () => {
    expect([title({ title: 'a' }), title({ title: 'b' }), title({ title: 'a' })]).toEqual(['a', 'b', 'a']);
  });
});

it.each(['rule.name', 'rule_name', 'ruleName', 'RULE-NAME'])('%s is the plain name rulename', (name) => {
  expect([fieldName(name), fieldName(name)]).toEqual(['rulename', 'rulename']);
});
