import { expect, it } from 'vitest';
import { plainName } from '../../../functions/core/text/plain-name.ts';

it.each(['ruleName', 'rule_name', 'Rule-Name', 'rule.name', 'RULENAME'])(
  '%s is the same name as rulename',
  (name) => {
    expect(plainName(name)).toBe('rulename');
  },
);
