import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { asWritten, type Deployment, parseDeployment } from '../functions/core/config/parse-deployment.ts';
import { DEPLOYMENT_SETTINGS } from '../functions/core/config/settings/deployment-settings.ts';

/** A wrong option: one line for the operator for each, no stack. */
export class OptionError extends Error {
  override name = 'OptionError';
}

/** The value of a context key as the CDK knows it: text from `-c`, anything from cdk.json. */
type ReadContext = (name: string) => unknown;

/** Beside cdk.json, and read when the context names no other file. */
const OPTIONS_FILE = 'tocsin.json';

/**
 * The options of a deployment, from `tocsin.json` or the file that `-c config=FILE` names, and from nowhere else: the
 * same file is always the same deployment, and an option that leaves it is a line of a diff.
 *
 * Without `tocsin.json` there are the defaults, which have no sender.
 *
 * @throws OptionError naming the file, each wrong option, its value and what is expected
 */
export function readOptions({ folder, context }: { folder: string; context: ReadContext }): Deployment {
  const named = context('config');
  const file = typeof named === 'string' && named !== '' ? named : OPTIONS_FILE;
  refuseContext(context, file);
  const text = readText(resolve(folder, file), file);
  if (text === undefined && named !== undefined) throw new OptionError(`${file}: there is no such file`);
  const parsed = parseDeployment(text === undefined ? {} : parseJson(text, file));
  if (parsed.ok) return parsed.value;
  const lines = parsed.problems.map(({ path, message }) =>
    path === '' ? `${file}: ${message}` : `${file}: ${path}: ${message}`,
  );
  throw new OptionError(lines.join('\n'));
}

/** Refuses options in the context: such an option would be gone with the next command that does not repeat it. */
function refuseContext(context: ReadContext, file: string): void {
  const names = Object.keys(DEPLOYMENT_SETTINGS) as (keyof typeof DEPLOYMENT_SETTINGS)[];
  const lines = names.flatMap((name) => {
    const value = context(name);
    if (value === undefined) return [];
    const line = `"${name}": ${JSON.stringify(asWritten(name, value))}`;
    return [`option ${name}: options stand in ${file} alone, not in -c or cdk.json; write there ${line}`];
  });
  if (lines.length > 0) throw new OptionError(lines.join('\n'));
}

function readText(path: string, file: string): string | undefined {
  try {
    // Editors of Windows begin a file with a byte-order mark.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new OptionError(`${file}: cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

/** The refusal quotes nothing of the file, as the parser's own message would: the file may hold a heartbeat's URL. */
function parseJson(text: string, file: string): unknown {
  const { errors } = parseDocument(text);
  const placeOf = (error: (typeof errors)[number] | undefined): string => {
    const [place] = error?.linePos ?? [];
    return place === undefined ? '' : ` at line ${String(place.line)}, column ${String(place.col)}`;
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new OptionError(
      `${file}: is no JSON${placeOf(errors[0])}; JSON has no comments and no comma behind the last entry`,
    );
  }
  // JSON takes the second one, and a person who reads the file may take the first.
  const twice = errors.find(({ code }) => code === 'DUPLICATE_KEY');
  if (twice !== undefined) {
    throw new OptionError(`${file}: says an option twice, the second time${placeOf(twice)}`);
  }
  return parsed;
}
