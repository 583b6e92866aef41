import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { LISTED_ATTRIBUTES, TABLE } from '../../functions/core/model/wire/table.ts';

/** A table of this stack, or one that was there before. */
export type KnownTable = IConstruct & { readonly tableName: string; readonly tableArn: string };

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * The one table: configuration, alerts, deliveries.
 *
 * It outlives the stack (retained, and protected against deletion): it is the proof that alerts reached
 * their receivers. It has a generated name, so that a second deployment does not collide with a retained table.
 *
 * An existing table is taken as it is. CloudFormation sets up only tables that it makes, so the operator switches on expiry,
 * recovery and protection (docs/deploy.md).
 */
export class GatewayTable extends Construct {
  readonly table: KnownTable;

  constructor(scope: Construct, id: string, { existing }: { existing: string | undefined }) {
    super(scope, id);
    this.table = existing === undefined ? this.#make() : TableV2.fromTableName(this, 'Existing', existing);
  }

  #make(): TableV2 {
    return new TableV2(this, 'Table', {
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
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: LISTED_ATTRIBUTES,
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
