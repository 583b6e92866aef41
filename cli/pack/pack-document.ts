import { awsSourceId, awsSourceName } from '../../functions/core/model/config/aws-events.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import { API_VERSION } from '../apply/read-files.ts';
import { wrongUsage } from '../failure.ts';
import type { Gateway } from '../gateway.ts';
import type { Pack } from './pack.ts';

/** An operator's choice for a pack: the destinations of its route, and the topics of SNS that carry its events. */
export type PackChoice = { to?: readonly string[]; topics?: readonly string[] };

/** A pack as the configuration file that it is for one gateway. */
export type PackDocument = {
  document: Fields;
  source: string;
  /** Its events come through the AWS door: nothing is to be set up at a sender. */
  isByDoor: boolean;
  /** No topic was named: an invented one stands in the file. */
  isTopicMissing: boolean;
};

export async function packDocument(
  pack: Pack,
  gateway: Gateway,
  { to = [], topics = [] }: PackChoice,
): Promise<PackDocument> {
  const event = pack.awsEvents;
  const isByDoor = event !== undefined && gateway.manifest.awsEvents?.includes(event) === true;
  const isBySns = pack.source['auth'] === 'sns' && !isByDoor;
  if (topics.length > 0 && !isBySns) {
    const why = isByDoor ? `the deployment lets events of ${event} in by itself` : 'only AWS sends over SNS';
    throw wrongUsage(`--topic: ${why}; leave it out`);
  }
  const known = isBySns && topics.length === 0 ? await topicsOf(gateway, pack.name) : topics;
  const isTopicMissing = isBySns && known.length === 0;
  // An operator may have given the source of the door another name.
  const ofDoor = isByDoor ? await gateway.config.locate('source', awsSourceId(event)) : undefined;
  const source = isByDoor ? (ofDoor?.name ?? awsSourceName(event)) : pack.name;
  const topic = isTopicMissing ? [`arn:aws:sns:${gateway.manifest.region}:111122223333:${pack.name}`] : known;
  const fields: Fields = isByDoor
    ? { format: 'aws-event', auth: 'aws-event', event, no_data_alarm: 'off' }
    : { ...pack.source, ...(isBySns && { topic }) };
  return {
    source,
    isByDoor,
    isTopicMissing,
    document: {
      apiVersion: API_VERSION,
      sources: { [source]: fields },
      ...(to.length > 0 && { routes: { [pack.name]: { to, source: [source] } } }),
      remediation: pack.remediation,
    },
  };
}

/** The topics of the stored source: an operator who enables its pack again need not name them. */
async function topicsOf({ config }: Gateway, source: string): Promise<readonly string[]> {
  const there = await config.find('source', source);
  return there?.auth.type === 'sns' ? there.auth.topics : [];
}
