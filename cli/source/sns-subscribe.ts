import { readTopicArn } from '../../functions/core/model/config/sns-topic.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';

/** The command that makes a topic send to a source; the gateway confirms the subscription by itself. */
export function snsSubscribeCommand(topic: string, url: string): string {
  const region = readTopicArn(topic)?.region;
  return [
    'aws sns subscribe',
    ...(region === undefined ? [] : [`--region ${region}`]),
    `--topic-arn ${shellWord(topic)}`,
    `--protocol ${new URL(url).protocol.replace(':', '')}`,
    `--notification-endpoint ${shellWord(url)}`,
  ].join(' ');
}
