import type { SesEvent } from '../emulators/ses/mail-events.ts';
import { queueNameOf } from '../emulators/sqs/queue-registry.ts';
import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { resourcesOf, textProperty } from './deploy-resources.ts';
import { matchesPattern, requireSimplePattern } from './event-pattern.ts';
import type { TriggerParts } from './start-triggers.ts';

type Destination = { configurationSet: string; types: Set<string> };

/**
 * Lets the emulated SES publish as the template says: event destination of the configuration set -> default event bus
 * -> rules with a pattern -> queues.
 *
 * @throws {StartError} for an event destination or a target that the local run does not have
 */
export function publishMailEvents({ stack, resolved, emulators }: TriggerParts): void {
  const destinations = resourcesOf(stack, resolved, 'AWS::SES::ConfigurationSetEventDestination').flatMap(
    (deployed): Destination[] => {
      const details = deployed.properties['EventDestination'];
      const where = deployed.resource.logicalId;
      if (!isJsonObject(details)) throw new StartError(`${where}: EventDestination is not an object`);
      const bus = details['EventBridgeDestination'];
      const busArn = isJsonObject(bus) ? String(bus['EventBusArn']) : '';
      if (!busArn.endsWith(':event-bus/default')) {
        throw new StartError(`${where}: SES publishes to the default event bus only, not to ${busArn}`);
      }
      const types = Array.isArray(details['MatchingEventTypes']) ? details['MatchingEventTypes'] : [];
      return details['Enabled'] === false
        ? []
        : [
            {
              configurationSet: textProperty(deployed, 'ConfigurationSetName'),
              types: new Set(types.map(String)),
            },
          ];
    },
  );
  const rules = resourcesOf(stack, resolved, 'AWS::Events::Rule')
    .filter(
      ({ properties }) => properties['EventPattern'] !== undefined && properties['State'] !== 'DISABLED',
    )
    .map(({ resource, properties }) => {
      requireSimplePattern(properties['EventPattern'], `${resource.logicalId}.EventPattern`);
      const targets = Array.isArray(properties['Targets']) ? properties['Targets'] : [];
      const queues = targets.map((target) => {
        const arn = isJsonObject(target) ? String(target['Arn']) : '';
        if (!arn.startsWith('arn:aws:sqs:')) {
          throw new StartError(
            `${resource.logicalId}: the local run carries events to queues only, not to ${arn}`,
          );
        }
        return queueNameOf(arn);
      });
      return { pattern: properties['EventPattern'], queues };
    });

  emulators.ses.onEvent((configurationSet: string, { type, envelope }: SesEvent) => {
    const isWanted = destinations.some(
      (destination) => destination.configurationSet === configurationSet && destination.types.has(type),
    );
    if (!isWanted) return;
    for (const { pattern, queues } of rules) {
      if (!matchesPattern(pattern, envelope)) continue;
      for (const queue of queues) {
        void emulators.sqs.call('SendMessage', { QueueUrl: queue, MessageBody: JSON.stringify(envelope) });
      }
    }
  });
}
