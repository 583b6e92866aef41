import {
  CANARY_DESTINATION_ID,
  CANARY_MAIL_DESTINATION_ID,
  CANARY_RECIPIENT,
} from '../model/config/canary.ts';
import type { PlannedDelivery, RoutingTrace } from '../model/wire/accepted-alerts.ts';
import type { Alert } from '../model/wire/alert.ts';
import { deliveryId } from '../model/wire/ids.ts';

/**
 * The route of the canary: to its own receiver, once a day by mail too, and to no other destination. It is a rule and no item: no route of
 * an operator takes a canary, and none leads to where canaries go.
 */
export function routeCanary(alert: Alert): { deliveries: PlannedDelivery[]; trace: RoutingTrace[] } {
  const told = (id: string, name: string): RoutingTrace => ({
    destination_id: id,
    destination_name: name,
    decision: 'deliver',
    because: 'canary',
  });
  const webhook: PlannedDelivery = {
    id: deliveryId(alert.id, CANARY_DESTINATION_ID),
    destination_id: CANARY_DESTINATION_ID,
    channel: 'webhook',
  };
  const trace = [told(CANARY_DESTINATION_ID, 'tocsin-canary')];
  if (alert.details['with_mail'] !== true) return { deliveries: [webhook], trace };
  const mail: PlannedDelivery = {
    id: deliveryId(alert.id, CANARY_MAIL_DESTINATION_ID, CANARY_RECIPIENT),
    destination_id: CANARY_MAIL_DESTINATION_ID,
    channel: 'email',
    recipient: CANARY_RECIPIENT,
  };
  return {
    deliveries: [webhook, mail],
    trace: [...trace, told(CANARY_MAIL_DESTINATION_ID, 'tocsin-canary-mail')],
  };
}
