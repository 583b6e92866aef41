import type { SesEvent } from '../emulators/ses/mail-events.ts';
import { DEFAULT_BUS } from '../emulators/eventbridge/event-bridge.ts';
import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { resourcesOf, textProperty } from './deploy-resources.ts';
import type { TriggerParts } from './start-triggers.ts';

type Destination = { configurationSet: string; types: Set<string> };

/**
 * Lets the emulated SES publish as the template says: event destination of the configuration set -> default event bus.
 *
 * @throws {StartError} for an event destination that the local run does not have
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
  emulators.ses.onEvent((configurationSet: string, { type, envelope }: SesEvent) => {
    const isWanted = destinations.some(
      (destination) => destination.configurationSet === configurationSet && destination.types.has(type),
    );
    if (!isWanted) return;
    emulators.eventBridge.put(DEFAULT_BUS, envelope);
  });
}
