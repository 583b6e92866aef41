import { describe, expect, it } from 'vitest';
import { fieldsByName, wordsOf } from '../../../functions/core/text/field-vocabulary.ts';

const fields = fieldsByName({
  title: ['title', 'alertname', '* title'],
  link: ['url', '* url'],
  state: ['state', '* state'],
  id: ['alertid', '* alert id'],
});
const found = (name: string): string[] => fields(name).map(({ field }) => field);

describe('what a name of a field stands for', () => {
  it.each([
    ['title', ['title']],
    ['Alert-Name', ['title']],
    ['event_title', ['title']],
    ['alertWebUrl', ['link']],
    ['Alert URL', ['link']],
    ['monitor_state', ['state']],
    ['providerAlertId', ['id']],
    ['titles', []],
    ['curl', []],
    ['id', []],
  ])('%s', (name, expected) => {
    expect(found(name)).toEqual(expected);
  });

  it.each([
    'icon_url',
    'acknowledgeUrl',
    'request_url',
    'previous_state',
    'lastState',
    'x'.repeat(70) + '_url',
  ])('%s is turned into something else by what stands before', (name) => {
    expect(found(name)).toEqual([]);
  });

  it('a better name comes first', () => {
    expect(fields('title')[0]?.place).toBe(0);
    expect(fields('event_title')[0]?.place).toBe(2);
  });

  it('takes a name apart into words', () => {
    expect(wordsOf('alertWebURLPath_v2 x')).toEqual(['alert', 'web', 'url', 'path', 'v2', 'x']);
    expect(wordsOf('HTTPStatus')).toEqual(['http', 'status']);
  });
});
