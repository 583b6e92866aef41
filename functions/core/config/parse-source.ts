import { SOURCE_PRESETS } from './source-presets.ts';
import { SOURCE_SETTINGS } from './settings/source-settings.ts';
import { inOrder, readSettings } from './settings/setting.ts';
import type { Source, SourceAuth } from '../model/config/source.ts';
import type { Parsed, Problem } from './problem.ts';
import type { Read } from './settings/setting.ts';

/** What an operator decides about a source; the rest is given by the gateway. */
export type SourceSettings = Omit<Source, 'id' | 'isEnabled' | 'createdAt' | 'updatedAt'>;

/** A format that a source can have, and how its senders authenticate when nobody says otherwise. */
type SourceFormat = {
  name: string;
  preset?: { auth: SourceAuth };
  comesOverSns?: true;
  holdsRoutingKey?: true;
};

type Given = Read<typeof SOURCE_SETTINGS>;

/**
 * The settings of a source from what an operator wrote, with every problem and its path.
 *
 * `SOURCE_SETTINGS` says what each setting may be; what several of them say together stands here. Without `auth` the
 * format's preset applies, and bearer where it has none. A preset stands for the auth of a vendor, and for a mapping of
 * its payloads where nobody names a format.
 */
export function parseSource(input: unknown, formats: readonly SourceFormat[]): Parsed<SourceSettings> {
  const problems: Problem[] = [];
  const written = isObject(input) ? input : {};
  const preset = SOURCE_PRESETS.find(({ name }) => name === written['preset']);
  const format = written['format'] ?? (preset?.mapping === undefined ? 'generic' : 'mapping');
  const usual = preset?.auth ?? formats.find(({ name }) => name === format)?.preset?.auth;
  const mapping = written['mapping'] ?? (format === 'mapping' ? preset?.mapping : undefined);
  const auth = withPreset(written['auth'], usual);
  const isFromAws = isObject(auth) && auth['type'] === 'aws-event';
  const whole = isObject(input)
    ? {
        ...input,
        format: written['format'] ?? (isFromAws ? 'aws-event' : format),
        mapping,
        auth,
        // No finding for weeks is good news, and no failure of a sender's.
        noDataAlarm:
          written['noDataAlarm'] ??
          (isFromAws && written['noDataCalendar'] === undefined ? 'off' : undefined),
      }
    : input;
  const given = readSettings(SOURCE_SETTINGS, whole, problems);
  const proof = authOf(given, problems);
  refuseTogether(given, formats, { ...written, mapping }, problems);
  const alarm = { after: given.noDataAlarm, calendar: given.noDataCalendar };
  if (alarm.after === 'off' && alarm.calendar !== undefined) {
    problems.push({ path: 'noDataCalendar', message: 'means nothing without an alarm; leave it out' });
  }
  if (problems.length > 0 || proof === undefined)
    return { ok: false, problems: inOrder(SOURCE_SETTINGS, problems) };
  return { ok: true, value: settingsOf(given, proof, mapping !== undefined) };
}

function settingsOf(given: Given, auth: SourceAuth, isMapped: boolean): SourceSettings {
  const {
    envelope,
    unwrap,
    severityMap,
    schemas = [],
    noDataAlarm = 'off',
    noDataCalendar: calendar,
  } = given;
  return {
    name: given.name ?? '',
    format: given.format ?? 'generic',
    auth,
    streamType: given.streamType ?? 'auto',
    ...(envelope !== undefined && { envelope }),
    ...(unwrap !== undefined && { unwrap }),
    ...(isMapped && {
      mapping: {
        fields: given['mapping.fields'] ?? {},
        severityScale: given['mapping.severityScale'] ?? 'words',
        resolvedWhen: given['mapping.resolvedWhen'] ?? [],
      },
    }),
    ...(severityMap !== undefined && { severityMap }),
    ...(given.linkHosts !== undefined && given.linkHosts.length > 0 && { linkHosts: given.linkHosts }),
    ...(given.dedupBy !== undefined && given.dedupBy.length > 0 && { dedupBy: given.dedupBy }),
    ...(given.tellsHandled === true && { tellsHandled: true }),
    defaultSeverity: given.defaultSeverity ?? 'medium',
    dedupWindowSeconds: given.dedupWindow ?? 0,
    ...(given.rateLimit !== undefined && { rateLimit: { perMinute: given.rateLimit } }),
    ...(schemas.length > 0 && { schemas: { documents: schemas, isStrict: given.strict === true } }),
    noDataAlarm:
      noDataAlarm === 'off'
        ? 'off'
        : { afterSeconds: noDataAlarm, ...(calendar !== undefined && { calendar }) },
  };
}

/** What the operator says wins over the preset, field by field, as long as both mean the same kind of proof. */
function withPreset(given: unknown, preset: SourceAuth | undefined): unknown {
  if (given === undefined) return preset ?? { type: 'bearer' };
  if (!isObject(given)) return given;
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const type = said['type'] ?? preset?.type ?? 'bearer';
  return preset?.type === type ? { ...preset, ...said } : { type, ...said };
}

function authOf(given: Given, problems: Problem[]): SourceAuth | undefined {
  const type = given['auth.type'];
  const needed = (field: 'header' | 'timestampHeader' | 'idHeader', why: string): string => {
    const path = `auth.${field}` as const;
    const header = given[path];
    if (header === undefined && !problems.some((problem) => problem.path === path)) {
      problems.push({ path, message: `missing; ${why} needs the name of the header that carries it` });
    }
    return header ?? '';
  };
  if (type === undefined) return undefined;
  if (type === 'bearer' || type === 'none' || type === 'routing-key') return { type };
  if (type === 'basic') return { type, username: given['auth.username'] ?? '' };
  if (type === 'aws-event') {
    const event = given['auth.event'];
    if (event === undefined && !problems.some(({ path }) => path === 'auth.event')) {
      problems.push({
        path: 'auth.event',
        message: 'missing; aws-event needs the service whose events it takes',
      });
    }
    return event === undefined ? undefined : { type, event };
  }
  if (type === 'sns') return { type, topics: given['auth.topics'] ?? [] };
  const header = needed('header', type);
  if (type === 'shared-secret') return { type, header };
  const signedContent = given['auth.signedContent'] ?? 'body';
  const why = `signed content ${signedContent}`;
  return {
    type,
    header,
    algorithm: given['auth.algorithm'] ?? 'sha256',
    signedContent,
    ...(signedContent.includes('timestamp') && { timestampHeader: needed('timestampHeader', why) }),
    ...(signedContent.startsWith('id.') && { idHeader: needed('idHeader', why) }),
  };
}

function refuseTogether(
  given: Given,
  formats: readonly SourceFormat[],
  written: Record<string, unknown>,
  problems: Problem[],
): void {
  const { format, 'auth.type': auth } = given;
  const refuse = (path: string, message: string): void => void problems.push({ path, message });
  const overSns = formats.filter(({ comesOverSns }) => comesOverSns === true).map(({ name }) => name);
  if (auth === 'sns' && format !== undefined && !overSns.includes(format)) {
    refuse('auth.type', `sns means nothing with format ${format}; expected one of ${overSns.join(', ')}`);
  }
  const holding = formats.filter(({ holdsRoutingKey }) => holdsRoutingKey === true).map(({ name }) => name);
  if (auth === 'routing-key' && format !== undefined && !holding.includes(format)) {
    refuse('auth.type', `routing-key means nothing with format ${format}; expected ${holding.join(', ')}`);
  }
  if (auth === 'aws-event' && format !== undefined && !overSns.includes(format)) {
    refuse(
      'auth.type',
      `aws-event means nothing with format ${format}; expected one of ${overSns.join(', ')}`,
    );
  }
  if (auth === 'aws-event' && given.rateLimit !== undefined) {
    refuse('rateLimit', 'means nothing with auth aws-event: events wait in a queue, and none is refused');
  }
  if (auth === 'none' && given.anyoneCanPost !== true) {
    refuse(
      'auth.type',
      'none lets anyone who knows the url post alerts; say so with --i-understand-anyone-can-post',
    );
  }
  if (written['mapping'] !== undefined && format !== undefined && format !== 'mapping') {
    refuse('mapping', `means nothing with format ${format}; use format mapping`);
  }
  const fields = isObject(written['mapping']) ? written['mapping']['fields'] : undefined;
  if (format === 'mapping' && !(isObject(fields) && fields['title'] !== undefined)) {
    refuse('mapping.fields', 'format mapping needs the path to a title');
  }
  if (given.strict === true && written['schemas'] === undefined) {
    refuse('strict', 'means nothing without a schema; name one with --schema');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
