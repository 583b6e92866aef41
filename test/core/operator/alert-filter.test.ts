import { expect, test } from 'vitest';
import { matchesAlertFilter, type AlertFilter } from '../../../functions/core/operator/alert-filter.ts';
import { aRoutedAlert } from '../../adapters/records.ts';

const routed = aRoutedAlert(
  {
    type: 'okta.user.lock',
    severity: 'high',
    title: 'Locked out',
    description: 'By the IdP',
    labels: { team: 'Identity' },
    details: { host: { name: 'WEB-1' } },
  },
  { routing: 'unrouted' },
);

const CASES: [what: string, filter: AlertFilter, isFound: boolean][] = [
  ['nothing is asked for', {}, true],
  ['its type is under the glob', { type: 'okta.*' }, true],
  ['its type is not under the glob', { type: 'aws.*' }, false],
  ['its severity is the least that is asked for', { minSeverity: 'high' }, true],
  ['its severity is below', { minSeverity: 'critical' }, false],
  ['its status is another', { status: 'resolved' }, false],
  ['no route matched it', { routing: 'unrouted' }, true],
  ['its routing is another', { routing: 'routed' }, false],
  ['the text is in its title, in another case', { text: 'lOCKED' }, true],
  ['the text is in its description', { text: 'idp' }, true],
  ['the text is in a label', { text: 'identity' }, true],
  ['the text is deep in its details', { text: 'web-1' }, true],
  ['the text is in none of them', { text: 'web-2' }, false],
  ['one of two types is its own', { type: ['aws.*', 'okta.*'] }, true],
  ['none of two types is its own', { type: ['aws.*', 'github.*'] }, false],
  ['one of two states is its own', { status: ['resolved', 'firing'], routing: ['routed', 'unrouted'] }, true],
  ['both texts are there', { text: ['locked', 'web-1'] }, true],
  ['one of two texts is missing', { text: ['locked', 'web-2'] }, false],
  ['its source is another', { sourceIds: ['src_x'] }, false],
  ['one of two conditions does not hold', { type: 'okta.*', status: 'resolved' }, false],
];

test.each(CASES)('where %s', (_what, filter, isFound) => {
  expect(matchesAlertFilter(routed, filter)).toBe(isFound);
});
