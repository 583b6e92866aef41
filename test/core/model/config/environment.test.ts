import { describe, expect, test } from 'vitest';
import { isAllowedAddress } from '../../../../functions/core/deliver/allowed-address.ts';
import { egressRanges } from '../../../../functions/core/model/config/environment.ts';

describe('the ranges past the guard', () => {
  test.each([
    '127.0.0.0/8,::1/128',
    '127.0.0.0/8, ::1/128',
    ' 127.0.0.0/8 ,\t::1/128\n',
    ',127.0.0.0/8,,::1/128,',
  ])('are the same however the list is spaced: %j', (text) => {
    expect(egressRanges(text)).toEqual(['127.0.0.0/8', '::1/128']);
    for (const address of ['127.0.0.1', '::1'])
      expect(isAllowedAddress(address, egressRanges(text))).toBe(true);
  });

  test.each([undefined, '', ' ', ','])('are none without a list: %j', (text) => {
    expect(egressRanges(text)).toEqual([]);
  });
});
