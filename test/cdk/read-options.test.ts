import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OptionError, readOptions } from '../../cdk/read-options.ts';
import { DEPLOYMENT_SETTINGS } from '../../functions/core/config/settings/deployment-settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-options-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(content?: string, context: Record<string, unknown> = {}) {
  if (content !== undefined) writeFileSync(join(folder, 'tocsin.json'), content);
  return readOptions({ folder, context: (name) => context[name] });
}

/** What the operator reads. */
function refusal(content?: string, context: Record<string, unknown> = {}): string {
  try {
    read(content, context);
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as OptionError).message;
  }
  throw new Error('the options were taken');
}

describe('readOptions', () => {
  test('gives the defaults, which have no sender, where there is no file', () => {
    expect(read()).toEqual({
      stackName: 'Tocsin',
      emailIdentity: 'address',
      retentionDays: 90,
      concurrency: 10,
      canaryMinutes: 5,
    });
  });

  test('reads the file that the context names instead', () => {
    writeFileSync(join(folder, 'staging.json'), '{"stackName": "Staging"}');
    const options = read('{"stackName": "Production"}', { config: 'staging.json' });
    expect(options.stackName).toBe('Staging');
  });

  test('reads a file that an editor of Windows saved: with a byte-order mark and its ends of lines', () => {
    expect(read('\uFEFF{\r\n  "stackName": "Staging"\r\n}\r\n').stackName).toBe('Staging');
  });

  test('refuses a named file that is not there: its options would be the defaults', () => {
    expect(refusal('{}', { config: 'staging.json' })).toBe('staging.json: there is no such file');
    expect(refusal('{}', { config: 'tocsin.jsn' })).toBe('tocsin.jsn: there is no such file');
  });

  test.each([
    ['{"stackName": "a",\n "emailFrom" }}', 'tocsin.json: is no JSON at line 2, column '],
    [
      '{"stackName": "a",}',
      'tocsin.json: is no JSON; JSON has no comments and no comma behind the last entry',
    ],
    ['[]', 'tocsin.json: must be an object'],
    [
      '{\t"retentionDays": 30,\n "retentionDays": 400}',
      'tocsin.json: says an option twice, the second time at line 2, column 2',
    ],
    ['', 'tocsin.json: is no JSON'],
    ['{"retentionDays": 0, "emailForm": "a@example.com"}', 'tocsin.json: retentionDays: "0" is not valid'],
  ])('says of %s what is wrong', (content, message) => {
    expect(refusal(content)).toContain(message);
  });

  test('repeats nothing of a file that is no JSON: a secret may stand in it', () => {
    for (const broken of [
      '{"heartbeatUrl": "https://hc.example/7f1c" x}',
      '{"heartbeatUrl": https://hc.example/7f1c}',
    ]) {
      expect(refusal(broken)).toContain('tocsin.json: is no JSON');
      expect(refusal(broken)).not.toContain('7f1c');
    }
  });

  test('says every problem at once, a line each', () => {
    expect(refusal('{"retentionDays": 0, "emailForm": "a@example.com"}').split('\n')).toHaveLength(2);
  });

  test.each([
    ['emailFrom', 'alerts@example.org', '"emailFrom": "alerts@example.org"'],
    ['retentionDays', '30', '"retentionDays": 30'],
    ['retentionDays', 30, '"retentionDays": 30'],
    ['operatorEmail', '', '"operatorEmail": ""'],
    ['stackName', '42', '"stackName": "42"'],
  ])('refuses -c %s=%s with the line to write into the file', (name, value, line) => {
    expect(refusal('{}', { [name]: value })).toBe(
      `option ${name}: options stand in tocsin.json alone, not in -c or cdk.json; write there ${line}`,
    );
  });

  test.each(Object.keys(DEPLOYMENT_SETTINGS))(
    'refuses -c %s, also beside the same value in the file',
    (name) => {
      expect(
        refusal('{"emailFrom": "alerts@example.org"}', { [name]: 'x', config: 'tocsin.json' }),
      ).toContain(`option ${name}: options stand in tocsin.json alone`);
    },
  );
});
