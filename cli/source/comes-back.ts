import { AWS_EVENTS, awsSourceId } from '../../functions/core/model/config/aws-events.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { TOCSIN } from '../words/hint.ts';

/**
 * Why a source must not be deleted: it takes events of AWS that the deployment lets in. The next watcher or event would make it
 * again, with the settings of its beginning. Undefined for every other source.
 */
export function comesBack({ awsEvents = [] }: Manifest, id: string, name: string): string | undefined {
  const service = AWS_EVENTS.find((events) => awsEvents.includes(events) && awsSourceId(events) === id);
  return service === undefined
    ? undefined
    : `would come back within five minutes, because the deployment lets events of ${service} in. To drop what comes: ${TOCSIN} source disable ${name}. To be rid of it: take "${service}" out of awsEvents in tocsin.json, deploy, and delete it then`;
}
