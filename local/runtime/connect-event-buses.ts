import { busNameOf } from '../emulators/eventbridge/event-bridge.ts';
import { readEventPattern, type EventPattern } from '../emulators/eventbridge/event-pattern.ts';
import { InvalidEventPatternError } from '../emulators/eventbridge/pattern-filters.ts';
import { queueNameOf } from '../emulators/sqs/queue-registry.ts';
import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { resourcesOf } from './deploy-resources.ts';
import type { TriggerParts } from './start-triggers.ts';

/**
 * Gives the emulated EventBridge the buses and the rules of the template: an event that fits a pattern goes to the queues of its rule.
 *
 * @throws {StartError} for a pattern that EventBridge would refuse, and for a target that the local run does not have
 */
export function connectEventBuses({ stack, resolved, emulators }: TriggerParts): void {
  const { eventBridge, sqs } = emulators;
  for (const { resource } of resourcesOf(stack, resolved, 'AWS::Events::EventBus')) {
    eventBridge.addBus(resolved.identityOf(resource.logicalId).ref);
  }
  for (const { resource, properties } of resourcesOf(stack, resolved, 'AWS::Events::Rule')) {
    if (properties['EventPattern'] === undefined || properties['State'] === 'DISABLED') continue;
    const where = resource.logicalId;
    const targets = Array.isArray(properties['Targets']) ? properties['Targets'] : [];
    const queues = targets.map((target) => {
      const arn = isJsonObject(target) ? String(target['Arn']) : '';
      if (arn.startsWith('arn:aws:sqs:')) return queueNameOf(arn);
      throw new StartError(`${where}: the local run carries events to queues only, not to ${arn}`);
    });
    eventBridge.addRule({
      name: typeof properties['Name'] === 'string' ? properties['Name'] : where,
      bus: busNameOf(properties['EventBusName']),
      fits: patternOf(properties['EventPattern'], where),
      deliver(event) {
        for (const queue of queues) {
          void sqs.call('SendMessage', { QueueUrl: queue, MessageBody: JSON.stringify(event) });
        }
      },
    });
  }
}

function patternOf(pattern: unknown, where: string): EventPattern {
  try {
    return readEventPattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    throw new StartError(`${where}: ${error.message}`, { cause: error });
  }
}
