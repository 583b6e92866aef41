import { instant } from '../read-fields.ts';

/** What stands in front of a message of syslog, and the message. */
export type SyslogLine = {
  /** 0 to 7, where a priority stands in front. */
  severity?: number;
  host?: string;
  /** The program that wrote it. */
  app?: string;
  /** Absent where it names no year. */
  time?: string;
  /** Names and values of structured data, such as `exampleSDID@32473.iut`. */
  data: Record<string, string>;
  message: string;
};

const PRIORITY = /^<(\d{1,3})>/u;
/** Facility 23, severity 7. */
const MAX_PRIORITY = 191;
/** `VERSION TIMESTAMP HOST APP PROCID MSGID` of RFC 5424, section 6; `-` stands for nothing. */
const HEADER_5424 =
  /^\d{1,2} (-|\d{4}-\d{2}-\d{2}T\S{1,40}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?=-|\[)/u;
/** `Oct 11 22:14:15 host app[pid]: ` of RFC 3164, with the time of ISO 8601 that rsyslog and syslog-ng write today, and without an app. */
const HEADER_3164 =
  /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}|(\d{4}-\d{2}-\d{2}T\S{1,40})) ([\w.:-]{1,255}) (?:([\w./-]{1,48})(?:\[\d{1,10}\])?: )?/u;
/** What is surely a message, though no app stands in front of it. */
const EVENT = /^(?:CEF:|LEEF:|@cee:|\{)/u;
const DATA_ELEMENT = /^\[([^\s\]="]{1,64})((?: [^\s\]="]{1,64}="(?:[^"\\]|\\.)*")*)\]/u;
const DATA_VALUE = /([^\s="]{1,64})="((?:[^"\\]|\\.)*)"/gu;
const NONE = '-';

/**
 * A line of syslog taken apart: the priority (facility * 8 + severity), and the header of RFC 5424 or RFC 3164, which is new with
 * each line and says nothing about what happened. A forwarder may have taken the priority away.
 */
export function readSyslog(line: string): SyslogLine {
  const priority = Number(PRIORITY.exec(line)?.[1] ?? Number.NaN);
  const hasPriority = priority <= MAX_PRIORITY;
  const said = hasPriority ? line.replace(PRIORITY, '') : line;
  const severity = hasPriority ? { severity: priority % 8 } : {};
  const modern = hasPriority ? HEADER_5424.exec(said) : null;
  if (modern !== null) {
    const [header, time, host, app] = modern;
    return { ...severity, ...partsOf(time, host, app), ...structured(said.slice(header.length)) };
  }
  const [header, time, host, app] = HEADER_3164.exec(said) ?? [];
  const message = said.slice(header?.length ?? 0);
  // Without a priority and an app, a date and a word are how a sentence begins.
  return header !== undefined && (hasPriority || app !== undefined || EVENT.test(message))
    ? { ...severity, ...partsOf(time, host, app), data: {}, message }
    : { ...severity, data: {}, message: hasPriority ? withoutVersion(said) : said };
}

function partsOf(time?: string, host?: string, app?: string): Pick<SyslogLine, 'host' | 'app' | 'time'> {
  const at = instant(time);
  return {
    ...(host !== undefined && host !== NONE && { host }),
    ...(app !== undefined && app !== NONE && { app }),
    ...(at !== undefined && { time: at }),
  };
}

/** What no header of RFC 5424 follows may still have its version. */
function withoutVersion(said: string): string {
  return said.replace(/^\d{1,2} (?=\d{4}-|CEF:|LEEF:)/u, '');
}

/** RFC 5424, section 6.3: `-`, or elements in brackets; a quote, a backslash or a bracket in a value has a backslash in front. */
function structured(said: string): Pick<SyslogLine, 'data' | 'message'> {
  const data: Record<string, string> = {};
  let rest = said.startsWith(NONE) ? said.slice(1) : said;
  for (let found = DATA_ELEMENT.exec(rest); found !== null; found = DATA_ELEMENT.exec(rest)) {
    const [element, id = '', values = ''] = found;
    for (const [, name = '', value = ''] of values.matchAll(DATA_VALUE)) {
      data[`${id}.${name}`] = value.replaceAll(/\\(["\\\]])/gu, '$1');
    }
    rest = rest.slice(element.length);
  }
  return { data, message: rest.replace(/^ ?\u{FEFF}?/u, '') };
}
