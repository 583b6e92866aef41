/**
 * The one table: names that the stack creates and the adapters use.
 *
 * | item | pk | sk | byTime | byLookup |
 * |---|---|---|---|---|
 * | source, destination, route, silence, interval, lookup | `SOURCE`, `DESTINATION`, `ROUTE`, `SILENCE`, `INTERVAL`, `LOOKUP` | its id | | |
 * | version of the configuration | `CONFIG` | `VERSION` | | |
 * | name claim | `NAME#<kind>` | the name | | |
 * | request (idempotency) | `REQUEST#<sourceId>#<key>` | `REQUEST` | `REQUESTS#<day>#<shard>`, `<received_at>#<id>` | `REQUEST#<id>` |
 * | what is open | `WATCHED#<id>` | `WATCHED` | `WATCHED#<kind>#<shard>`, `<next look>#<id>` | |
 * | what an operator sent | `SENT#<deliveryId>` | `SENT` | `SENT#<day>#<shard>`, `<sent at>#<id>` | |
 * | how far the watcher has looked | `WATCHER` | `REQUESTS` | | |
 * | by which configuration it judged what is held | `WATCHER` | `HELD` | | |
 * | sheet: up to ten alerts of a request | `SHEET#<sheet>` | `ALERTS` | `SHEETS#<day>`, `<received_at>#<sheet>` | `SHEETS#<sourceId>#<day>`, the same |
 * | alert that lies alone | `ALERT#<alertId>` | `ALERT` | `SHEETS#<day>`, `<received_at>#<id>` | `SHEETS#<sourceId>#<day>`, the same |
 * | whom it goes to, where that is too long for its item | `ALERT#<alertId>` | `PLAN#<hash of the plan>#<number>` | | |
 * | which first attempts of a sheet were begun | `SHEET#<sheet>` | `FIRST#<destinationId>` | `DELIVERIES#<destinationId>#<day>`, `<created_at>#<sheet>` | |
 * | delivery | `DELIVERY#<deliveryId>` | `DELIVERY` | `DELIVERIES#<destinationId>#<day>`, `<created_at>#<id>`, where no tally has it | |
 * | delivery of a digest | `ALERT#<digestId>` | `DELIVERY#<deliveryId>` | `DELIVERIES#<destinationId>#<day>`, `<created_at>#<id>` | `DELIVERY#<id>` |
 * | system alert, as it was first said | `SYSTEM-ALERT#<alertId>` | `FIRST` | | |
 * | source health | `HEALTH#<sourceId>` | `HEALTH` | | |
 * | record of a source that was refused | `HEALTH#<sourceId>` | `REFUSED` | | |
 * | what is to be done about a type | `REMEDIATION` | the type | | |
 * | who changed and deleted what is gone | `HISTORY#<kind>` | its name | | |
 * | suppression | `SUPPRESSION#<destinationId>` | the address, lower case | | |
 * | flow to an addressee | `MAILFLOW#<destinationId>` | the address, lower case | | |
 * | flow to a chat | `MAILFLOW#<destinationId>` | `CHAT` | | |
 * | what a reader was told of a finding | `STORY#<destinationId>#<hash of recipient, source and key>` | `STORY` | | |
 * | what a silence covered | `SILENCED#<silenceId>#<shard>` | `<destinationId>#<deliveryId>` | | |
 * | silence whose end was told | `SUMMARIZED` | its id | | |
 * | digest | `DIGEST#<digestId>` | `PAGE#<number>`, `SUMMARY` | | |
 * | canary, for three days | `CANARY` | `SENT#<sent_at>#<id>` | | |
 * | what the canary's next run has to know | `CANARY` | `STATE` | | |
 * | endpoint that has failed | `ENDPOINT#<destinationId>` | `ENDPOINT` | | |
 *
 * A partition takes 1,000 writes a second, and all that comes at a time would go to one. So what an index holds by time
 * lies in `INDEX_SHARDS` partitions, of which an id tells its own; readers read all of them
 * (docs/decisions/0080-days-in-shards.md).
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

/** What the index by time holds beside keys: by it a list passes over sheets, and alerts that lie alone, of which it wants nothing. */
export const LISTED_ATTRIBUTES = ['severity', 'type', 'title', 'source_id', 'alert_status', 'routing'];

/**
 * Partitions of what an index holds of requests, and of what is watched, by time: 3,000 a second.
 *
 * May be raised: what lies in the first ones is still found. May never be lowered: what lies in the others is not.
 */
export const INDEX_SHARDS = 3;
