/**
 * The one table: names that the stack creates and the adapters use.
 *
 * | item | pk | sk | byTime | byLookup |
 * |---|---|---|---|---|
 * | source, destination, route | `SOURCE`, `DESTINATION`, `ROUTE` | its id | | |
 * | name claim | `NAME#<kind>` | the name | | |
 * | request (idempotency) | `REQUEST#<sourceId>#<key>` | `REQUEST` | | |
 * | alert | `ALERT#<alertId>` | `ALERT` | `ALERTS#<day>`, `<received_at>#<id>` | `SOURCE#<id>#<day>`, the same |
 * | delivery | `ALERT#<alertId>` | `DELIVERY#<deliveryId>` | `DELIVERIES#<destinationId>#<day>`, `<created_at>#<id>` | `DELIVERY#<id>` |
 * | source health | `HEALTH#<sourceId>` | `HEALTH` | | |
 * | what is to be done about a type | `REMEDIATION` | the type | | |
 * | suppression | `SUPPRESSION#<destinationId>` | the address, lower case | | |
 * | mails to a mailbox | `MAILFLOW#<destinationId>` | the address, lower case | | |
 * | digest | `DIGEST#<digestId>` | `PAGE#<number>`, `SUMMARY` | | |
 * | endpoint that has failed | `ENDPOINT#<destinationId>` | `ENDPOINT` | | |
 *
 * Single-item conditional writes are enough everywhere: a transaction costs double.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which DynamoDB may delete the item (it takes its time, so readers check too). */
  expiry: 'expires_at',
  byTime: { index: 'byTime', partitionKey: 'time_pk', sortKey: 'time_sk' },
  byLookup: { index: 'byLookup', partitionKey: 'lookup_pk', sortKey: 'lookup_sk' },
} as const;
