import { describe, expect, it } from 'vitest';
import { nearest, suggestion, unknownField } from '../../../functions/core/text/did-you-mean.ts';

const FIELDS = ['to', 'channel', 'min_severity', 'match', 'muted', 'role', 'ca_file'];

describe('what was probably meant', () => {
  it.each([
    ['min_sverity', 'min_severity'],
    ['min-severity', 'min_severity'],
    ['minSeverity', 'min_severity'],
    ['MIN_SEVERITY', 'min_severity'],
    ['chanel', 'channel'],
    ['chnanel', 'channel'],
    ['channels', 'channel'],
    ['mach', 'match'],
    ['mute', 'muted'],
    ['rolle', 'role'],
  ])('by %s is %s', (word, meant) => {
    expect(nearest(word, FIELDS)).toBe(meant);
  });

  it.each(['colour', 'x', '', 'on', 'recipients', 'm'.repeat(100_000)])(
    'by %s is nothing that is known',
    (word) => {
      expect(nearest(word, FIELDS)).toBeUndefined();
      expect(suggestion(word, FIELDS)).toBe('');
    },
  );

  it('stands before what is known', () => {
    expect(unknownField('chanel', ['to', 'channel'])).toBe(
      'unknown field; did you mean channel? known: to, channel',
    );
    expect(unknownField('colour', ['to', 'channel'])).toBe('unknown field; known: to, channel');
  });
});
