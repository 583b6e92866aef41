import { expect, it } from 'vitest';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import { keepUnread } from '../../../functions/core/ingest/keep-unread.ts';
import type { Fields } from '../../../functions/core/ingest/read-fields.ts';

const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const CASES = FORMATS.flatMap((format) => INHERITED.map((name) => ({ format, name })));

it.each(CASES)(
  'a field called $name is kept by $format.name, where objects inherit one',
  ({ format, name }) => {
    const record = JSON.parse(`{"title":"A title","${name}":{"inside":"of the sender"}}`) as Fields;
    const draft = keepUnread(record, format.read(record, { headers: {} }), format.omits);
    expect(JSON.stringify(draft)).toContain('of the sender');
  },
);
