import { readTopicArn } from '../model/config/sns-topic.ts';
import { headerNameProblem, isReservedForTransport } from './header-rules.ts';
import { quoted } from './problem.ts';
import type { Problem } from './problem.ts';

const MAX_TOPICS = 50;

/** A header of a sender in lower case, as it is looked up; undefined for none. */
export function readHeader(value: unknown, problems: Problem[]): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const problem = headerNameProblem(value);
  if (problem !== undefined) problems.push({ path: '', message: `${quoted(value)} ${problem}` });
  else if (isReservedForTransport(value)) {
    problems.push({ path: '', message: `${quoted(value)} belongs to HTTP itself; choose another header` });
  }
  return value.toLowerCase();
}

export function readUsername(value: unknown, problems: Problem[]): string {
  if (typeof value !== 'string' || value === '') {
    problems.push({ path: '', message: 'missing; basic needs the user name that the sender uses' });
    return '';
  }
  // RFC 7617, section 2: user-id and password are split at the first colon.
  if (value.includes(':')) problems.push({ path: '', message: `${quoted(value)} contains a colon` });
  else if (/\p{Cc}/u.test(value) || value.length > 128) {
    problems.push({ path: '', message: 'must be at most 128 characters without control characters' });
  }
  return value;
}

/** The topics whose messages count: anyone can have one that SNS signs for, so a list is required. */
export function readTopics(value: unknown, problems: Problem[]): string[] {
  const topics = Array.isArray(value) ? [...new Set(value.map(String))] : [];
  if (topics.length === 0) {
    problems.push({
      path: '',
      message:
        'missing; sns needs the ARN of each topic that may send, as arn:aws:sns:eu-central-1:111122223333:alarms',
    });
  } else if (topics.length > MAX_TOPICS) {
    problems.push({ path: '', message: `has ${topics.length} topics; expected at most ${MAX_TOPICS}` });
  }
  for (const topic of topics) {
    const read = readTopicArn(topic);
    if (read === undefined) {
      problems.push({
        path: '',
        message: `${quoted(topic)} is not the ARN of a topic; expected arn:aws:sns:<region>:<account>:<name>`,
      });
    } else if (read.isFifo) {
      problems.push({ path: '', message: `${quoted(topic)} is a FIFO topic, which SNS sends to no URL` });
    }
  }
  return topics;
}
