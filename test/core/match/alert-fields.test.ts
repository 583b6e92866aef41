import { expect, it } from 'vitest';
import { valuesOf } from '../../../functions/core/match/alert-fields.ts';
import { anAlert } from '../../adapters/records.ts';

const alert = anAlert({
  type: 'push',
  severity: 'high',
  title: 'Disk full',
  source: { id: 'src_1', name: 'ci', format: 'github' },
  labels: { team: 'web', type: 'label of that name', environment: 'stage' },
});

it.each<[string, string[]]>([
  ['source', ['ci', 'src_1']],
  ['format', ['github']],
  ['type', ['push']],
  ['labels.type', ['label of that name']],
  ['severity', ['high']],
  ['status', ['firing']],
  ['title', ['Disk full']],
  ['team', ['web']],
  ['labels.team', ['web']],
  ['nobody', ['']],
  ['labels.nobody', ['']],
  ['toString', ['']],
  ['labels.__proto__', ['']],
  ['environment', ['stage']],
])('%s stands for %j', (name, values) => {
  expect(valuesOf(alert, name)).toEqual(values);
});

it('an environment of its own goes before the label of that name', () => {
  expect(valuesOf({ ...alert, environment: 'prod' }, 'environment')).toEqual(['prod']);
  expect(valuesOf({ ...alert, environment: 'prod' }, 'labels.environment')).toEqual(['stage']);
});
