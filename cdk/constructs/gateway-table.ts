import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { TABLE } from '../../functions/core/model/wire/table.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * The one table: configuration, alerts, deliveries.
 *
 * It outlives the stack (retained, and protected against deletion): it is the proof that alerts reached
 * someone. It has a generated name, so that a second deployment does not collide with a retained table.
 */
export class GatewayTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: string(TABLE.partitionKey),
      sortKey: string(TABLE.sortKey),
      billing: Billing.onDemand(),
      timeToLiveAttribute: TABLE.expiry,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: [
        {
          indexName: TABLE.byTime.index,
          partitionKey: string(TABLE.byTime.partitionKey),
          sortKey: string(TABLE.byTime.sortKey),
          // What a list shows: enough that it never reads the items, which hold whole alerts.
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['severity', 'type', 'title', 'source_id', 'alert_status', 'routing'],
        },
        {
          indexName: TABLE.byLookup.index,
          partitionKey: string(TABLE.byLookup.partitionKey),
          sortKey: string(TABLE.byLookup.sortKey),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
  }
}
