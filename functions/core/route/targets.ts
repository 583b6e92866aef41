import type { Channel, Destination, EmailDestination, Recipient } from '../model/config/destination.ts';
import { storySettings } from '../model/config/story-settings.ts';
import { takesSystemAlerts } from '../model/config/takes-system-alerts.ts';
import type { UnreadableDestination } from '../model/config/unreadable-config.ts';
import type { PlannedDelivery } from '../model/wire/accepted-alerts.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import { deliveryId } from '../model/wire/ids.ts';
import type { Severity } from '../model/wire/severity.ts';
import { CONCERNED_DESTINATION, CONCERNED_MAIL_SERVICE } from '../system-alerts/raise.ts';

/** A destination as far as a decision needs it, whether or not it can be read. */
export type Target = {
  id: string;
  name: string;
  isEnabled: boolean;
  minSeverity?: Severity;
  /** Whether it is told of Tocsin itself. */
  takesSystemAlerts: boolean;
  /** Whether it takes every alert and every end as it comes: then nothing but the order tells which of them counts. */
  takesEverything: boolean;
  /** Whether it is told of the end of what it was told of, and of no other. */
  takesEndsIfTold: boolean;
  plan(alert: Alert): PlannedDelivery[];
  isReadable: boolean;
};

/** A destination that can be read. */
export function readableTarget(destination: Destination): Target {
  const { id, name, isEnabled, minSeverity } = destination;
  const { resolved } = storySettings(destination);
  return {
    id,
    name,
    isEnabled,
    ...(minSeverity !== undefined && { minSeverity }),
    takesSystemAlerts: takesSystemAlerts(destination),
    takesEverything: resolved === 'always',
    takesEndsIfTold: resolved === 'if-told',
    plan: (alert) =>
      destination.channel === 'webhook'
        ? [{ ...planned(alert, id, 'webhook'), ...(destination.isPrivate === true && { is_private: true }) }]
        : recipientsFor(alert, destination).map(({ address }) => planned(alert, id, 'email', address)),
    isReadable: true,
  };
}

/** Executives hear of Tocsin itself only where the operator said so, or where they are the only recipients. */
function recipientsFor(alert: Alert, { recipients, systemAlerts }: EmailDestination): Recipient[] {
  const others = recipients.filter(({ role }) => role !== 'executive');
  return isSystemAlert(alert) && systemAlerts === undefined && others.length > 0 ? others : recipients;
}

/** One that cannot be read, with what can be seen of it. */
export function unreadableTarget(destination: UnreadableDestination): Target {
  const { id, name = id, isDisabled, minSeverity, recipients } = destination;
  // Both functions look at the configuration before they do anything, so either can write the dead letter.
  const channel = destination.channel ?? 'webhook';
  return {
    id,
    name,
    isEnabled: !isDisabled,
    ...(minSeverity !== undefined && { minSeverity }),
    // A destination that cannot be read must not be the only one that is told.
    takesSystemAlerts: false,
    takesEverything: false,
    takesEndsIfTold: false,
    plan: (alert) =>
      channel === 'webhook' || recipients.length === 0
        ? [planned(alert, id, channel)]
        : recipients.map((address) => planned(alert, id, channel, address)),
    isReadable: false,
  };
}

/** One delivery per webhook, one per recipient of a mail destination. */
function planned(alert: Alert, id: string, channel: Channel, recipient?: string): PlannedDelivery {
  return {
    id: deliveryId(alert.id, id, recipient),
    destination_id: id,
    channel,
    ...(recipient !== undefined && { recipient }),
  };
}

/** The destinations that a system alert is about: it is told to the others. */
export function concernedBy(alert: Alert, destinations: readonly Destination[]): ReadonlySet<string> {
  if (!isSystemAlert(alert)) {
    return new Set();
  }
  if (alert.details[CONCERNED_MAIL_SERVICE] !== undefined) {
    const ways = destinations.filter(({ isEnabled }) => isEnabled);
    const bySes = ways.filter((way) => way.channel === 'email' && way.transport === undefined);
    // Where all of them send by SES, a mail about its quota is better than none.
    return new Set(bySes.length === ways.length ? [] : bySes.map(({ id }) => id));
  }
  return new Set([String(alert.details[CONCERNED_DESTINATION])]);
}
