import { LineCounter, parseDocument } from 'yaml';
import { quoted } from '../../functions/core/text/quoted.ts';
import { suggestion } from '../../functions/core/text/did-you-mean.ts';
import { isFields } from '../../functions/core/ingest/read-fields.ts';

/** One case of a file of route tests. */
export type RouteTest = {
  name: string;
  source: string;
  expected: string[];
  /** The payload that is sent: as it stands in the file, in a file beside it, or as the parts of a generic alert. */
  sent: { payload: unknown } | { file: string } | { alert: Record<string, unknown> };
};

const PARTS = ['labels', 'type', 'severity', 'status', 'title', 'environment'];
const FIELDS = ['name', 'source', 'expected', 'payload', 'file', ...PARTS];

/**
 * Reads a file of route tests, every problem at once:
 * `tests: [{name, source, payload | file | labels, expected: [on-call]}]`. Beside `labels` a case may say `type`, `severity`,
 * `status`, `title` and `environment`.
 */
export function readRouteTests(text: string): { tests: RouteTest[]; problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      tests: [],
      problems: document.errors.map(({ message }) => message.split('\n', 1)[0] ?? message),
    };
  }
  const root: unknown = document.toJS({ maxAliasCount: 100 });
  const list = isFields(root) && Object.keys(root).length === 1 ? root['tests'] : undefined;
  if (!Array.isArray(list) || list.length === 0) {
    return { tests: [], problems: ['expected one field, tests: a list of at least one case'] };
  }
  const problems: string[] = [];
  const tests = list.flatMap((entry: unknown, index) => {
    const node = document.getIn(['tests', index], true) as { range?: [number, number, number] } | undefined;
    const { line } = lines.linePos(node?.range?.[0] ?? 0);
    const report = (message: string) => problems.push(`line ${line}, tests[${index}]: ${message}`);
    const test = readTest(entry, report);
    return test === undefined ? [] : [test];
  });
  return { tests, problems };
}

function readTest(entry: unknown, report: (message: string) => void): RouteTest | undefined {
  if (!isFields(entry)) {
    report(`${quoted(entry)} is no case; expected name, source, expected, and payload, file or labels`);
    return undefined;
  }
  const unknown = Object.keys(entry).filter((key) => !FIELDS.includes(key));
  if (unknown.length > 0)
    report(
      `unknown field ${unknown.map((one) => `${quoted(one)}${suggestion(one, FIELDS)}`).join(', ')}; known: ${FIELDS.join(', ')}`,
    );
  const { name, source, expected, payload, file } = entry;
  if (typeof name !== 'string' || name === '') report('name is missing');
  if (typeof source !== 'string' || source === '') report('source is missing; expected the name of a source');
  const isNames = Array.isArray(expected) && expected.every((one) => typeof one === 'string');
  if (!isNames) report('expected is missing; expected a list of names of destinations, [] for nobody');
  const parts = Object.fromEntries(Object.entries(entry).filter(([key]) => PARTS.includes(key)));
  const ways = [payload !== undefined, file !== undefined, Object.keys(parts).length > 0];
  if (ways.filter(Boolean).length !== 1)
    report('expected one of payload, file, or labels and other parts of an alert');
  if (file !== undefined && typeof file !== 'string') report('file is no path');
  return {
    name: String(name),
    source: String(source),
    expected: isNames ? expected : [],
    sent: sentBy(payload, file, parts),
  };
}

function sentBy(payload: unknown, file: unknown, parts: Record<string, unknown>): RouteTest['sent'] {
  if (payload !== undefined) return { payload };
  return typeof file === 'string' ? { file } : { alert: parts };
}
