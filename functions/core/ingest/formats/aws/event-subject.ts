import { list, text, type Fields } from '../../read-fields.ts';
import { usual } from '../../usual-names.ts';
import { arnName } from './aws-record.ts';

/** `jobName`, `pipeline`, `check-name`: the field that names what the event is about. */
export function nameIn(document: Fields): string | undefined {
  const named = Object.entries(document).find(
    ([name, value]) =>
      /(?:^|[a-z_-])(?:name|pipeline|project-name|eventTypeCode|definition)$/iu.test(name) &&
      !/user/iu.test(name) &&
      text(value) !== undefined,
  );
  return named === undefined ? undefined : text(named[1]);
}

/** An ARN or an id that the document gives itself. */
export function ownId(document: Fields): string | undefined {
  const read = (value: unknown): string | undefined => (typeof value === 'string' ? text(value) : undefined);
  return usual(document, 'ownid', read) ?? usual(document, 'id', read);
}

/** Names of ARNs and ids that are about somebody or something else than the event. */
const ABOUT_OTHERS =
  /role|user|topic|principal|account|request|correlation|parent|key|vault|policy|event|version|image|vpc|subnet/iu;
/** They tell two messages about one thing apart, where the others tell two things apart if nothing else does. */
const ABOUT_THE_MESSAGE = /account|request|correlation|event|version|execution|token/iu;

/** What the event is about, by the first of its fields that holds an ARN, or else an id. */
export function subjectId(document: Fields): string | undefined {
  const named = (ending: RegExp, isMeant: (name: string) => boolean): string | undefined =>
    Object.entries(document)
      .map(([name, value]) =>
        ending.test(name) && isMeant(name) && typeof value === 'string' ? text(value) : undefined,
      )
      .find((found) => found !== undefined);
  const isAbout = (name: string): boolean => !ABOUT_OTHERS.test(name);
  const isPart = (name: string): boolean => !ABOUT_THE_MESSAGE.test(name);
  const id = /(?:[a-z]Id|ID|[-_]id)$/u;
  return named(/arn$/iu, isAbout) ?? named(id, isAbout) ?? named(/arn$/iu, isPart) ?? named(id, isPart);
}

export function resourcesOf(document: Fields, event: Fields): string[] {
  const names = [
    'resourceArn',
    'resource_arn',
    'ResourceArn',
    'instance-id',
    'Source ARN',
    'SourceArn',
    'Source ID',
    'SourceId',
  ];
  const found = [...list(event['resources']), ...names.map((name) => document[name])]
    .map(text)
    .filter((name) => name !== undefined);
  // The id of what stands there as ARN already.
  return found.filter((name, index) => !found.slice(0, index).some((other) => arnName(other) === name));
}
