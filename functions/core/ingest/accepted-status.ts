import type { Source } from '../model/config/source.ts';
import { findFormat } from './formats/index.ts';
import { signsLikeSlack } from './slack-challenge.ts';

/** The status of success: 200 for Okta and Slack, who expect that; 202 for everybody else, since a router has the alert next. */
export function acceptedStatus({ format, auth }: Pick<Source, 'format' | 'auth'>): 200 | 202 {
  return findFormat(format)?.acceptedStatus ?? (signsLikeSlack(auth) ? 200 : 202);
}
