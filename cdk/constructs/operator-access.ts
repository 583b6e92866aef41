import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { TABLE } from '../../functions/core/model/wire/table.ts';
import type { AlertQueues } from './alert-queues.ts';
import type { KnownTable } from './gateway-table.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';
import { secretArn } from './secret-arn.ts';

type OperatorAccessProps = {
  table: KnownTable;
  queues: AlertQueues;
  topic: ITopic;
  /** Whether mails go out through SES. */
  hasSes: boolean;
  manifestParameter: IStringParameter;
  /** Secrets are `{namePrefix}/…`. */
  namePrefix: string;
};

/**
 * The rights that the command line needs, for its two kinds of users. Administration is IAM: there is no other access
 * control.
 *
 * A statement stands here only because a command makes that call.
 */
export class OperatorAccess {
  readonly #props: OperatorAccessProps;
  /** The grantees so far: they get rights on queues that come later, too. */
  readonly #auditors: IGrantable[] = [];
  readonly #operators: IGrantable[] = [];

  constructor(props: OperatorAccessProps) {
    this.#props = props;
  }

  /** Every command of `tocsin`. */
  grantOperate(grantee: IGrantable): void {
    this.#operators.push(grantee);
    grant(grantee, [...this.auditing(), ...this.operating()]);
  }

  /** The commands that read: lists, `why`, `audit`, `status`. No secret, no message of a queue, no change. */
  grantAudit(grantee: IGrantable): void {
    this.#auditors.push(grantee);
    grant(grantee, this.auditing());
  }

  /** Adds a queue that came after the grants. */
  addQueue(pair: QueueWithDeadLetters): void {
    for (const auditor of this.#auditors) grant(auditor, [readQueues([pair])]);
    for (const operator of this.#operators) grant(operator, [readQueues([pair]), ...changeQueues([pair])]);
  }

  /** The rights that reading needs. */
  auditing(): PolicyStatement[] {
    const { table, topic, manifestParameter, hasSes } = this.#props;
    return [
      allow(['ssm:GetParameter'], [manifestParameter.parameterArn]),
      allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [table.tableArn]),
      allow(
        ['dynamodb:Query'],
        [TABLE.byTime, TABLE.byLookup].map(({ index }) => `${table.tableArn}/index/${index}`),
      ),
      readQueues(this.#props.queues.all),
      allow(['sns:GetTopicAttributes'], [topic.topicArn]),
      ...(hasSes ? [readSes()] : []),
    ];
  }

  /** The rights that changing needs beside those of reading. */
  operating(): PolicyStatement[] {
    const { table, namePrefix } = this.#props;
    return [
      allow(
        ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
        [table.tableArn],
      ),
      allow(
        [
          'secretsmanager:CreateSecret',
          'secretsmanager:DeleteSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        [secretArn(table, `${namePrefix}/*`)],
      ),
      ...changeQueues(this.#props.queues.all),
    ];
  }
}

function grant({ grantPrincipal }: IGrantable, statements: readonly PolicyStatement[]): void {
  for (const statement of statements) grantPrincipal.addToPrincipalPolicy(statement);
}

/** Identities and quotas belong to the account: IAM knows no resource for these calls. */
function readSes(): PolicyStatement {
  return allow(
    [
      'ses:GetAccountSendingEnabled',
      'ses:GetIdentityDkimAttributes',
      'ses:GetIdentityVerificationAttributes',
      'ses:GetSendQuota',
    ],
    ['*'],
  );
}

function readQueues(pairs: readonly QueueWithDeadLetters[]): PolicyStatement {
  const arns = [
    ...pairs.map(({ queue }) => queue.queueArn),
    ...pairs.map(({ deadLetters }) => deadLetters.queueArn),
  ];
  return allow(['sqs:GetQueueAttributes'], arns);
}

/** A redrive takes a letter and sends it back, one by one or all of them by SQS itself. */
function changeQueues(pairs: readonly QueueWithDeadLetters[]): PolicyStatement[] {
  return [
    allow(
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      pairs.map(({ deadLetters }) => deadLetters.queueArn),
    ),
    allow(
      ['sqs:SendMessage'],
      pairs.map(({ queue }) => queue.queueArn),
    ),
  ];
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
