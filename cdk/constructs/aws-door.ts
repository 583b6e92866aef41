import { CfnEventBusPolicy, CfnRule, EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import { AWS_EVENT_PATTERNS } from '../../functions/core/config/aws-event-patterns.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

type AwsDoorProps = {
  namePrefix: string;
  /** The services whose events come in. */
  events: readonly AwsEvents[];
  /**
   * All accounts of this organization may put events onto the bus.
   *
   * @default - only rules of this account and region
   */
  organizationId?: string | undefined;
  /** The queue of the events; an event that EventBridge cannot put there goes to its dead-letter queue. */
  queue: QueueWithDeadLetters;
};

/** The longest name that EventBridge allows a rule. The longest of ours adds 30 characters to the gateway's. */
const MAX_RULE_NAME = 64;
const LONGEST_ADDED = '-cloudwatch-alarm-organization'.length;

const TRIES = 185;
const DAY_SECONDS = 86_400;

/**
 * The way in for events of AWS: rules -> queue. IAM proves where they come from: only these rules may send to the queue, and
 * AWS alone can put events whose source begins with `aws.`.
 *
 * Other accounts and regions forward to a bus of the gateway's own, by the template of `core/config/member-template.ts`.
 */
export class AwsDoor extends Construct {
  /** The bus that other accounts and regions send to; undefined without an organization. */
  readonly busArn: string | undefined;
  readonly #own: CfnRule[] = [];
  readonly #ofOrganization: CfnRule[] = [];
  readonly #props: AwsDoorProps;
  readonly #bus: EventBus | undefined;

  constructor(scope: Construct, id: string, props: AwsDoorProps) {
    super(scope, id);
    this.#props = props;
    const { namePrefix, organizationId, queue } = props;
    if (organizationId !== undefined) {
      this.#bus = new EventBus(this, 'Bus', {
        eventBusName: `${namePrefix}-aws-events`,
        description: 'What other accounts and regions of the organization tell Tocsin',
      });
      this.busArn = this.#bus.eventBusArn;
      this.#letIn(organizationId, this.#bus);
    }
    for (const target of [queue.queue, queue.deadLetters]) this.#letRulesSend(target);
    for (const events of props.events) {
      this.#rule(events, undefined);
      if (this.#bus !== undefined) this.#rule(events, this.#bus);
    }
  }

  /** The rules of each bus, by the word that the names of their alarms begin with. */
  get rulesByBus(): [name: string, rules: readonly CfnRule[]][] {
    return [
      ['aws-events', this.#own],
      ...(this.#bus === undefined
        ? []
        : [['aws-events-organization', this.#ofOrganization] as [string, readonly CfnRule[]]]),
    ];
  }

  #rule(events: AwsEvents, bus: EventBus | undefined): void {
    const { namePrefix, queue } = this.#props;
    const where = bus === undefined ? 'own' : this.#ofOthers();
    (bus === undefined ? this.#own : this.#ofOrganization).push(
      new CfnRule(this, `${events}-${where}`, {
        name: `${namePrefix}-${events}-${where}`,
        description:
          bus === undefined
            ? `What ${events} tells, for Tocsin`
            : `What ${events} tells in other accounts and regions, for Tocsin`,
        ...(bus !== undefined && { eventBusName: bus.eventBusName }),
        eventPattern: AWS_EVENT_PATTERNS[events]({ namePrefix }),
        state: 'ENABLED',
        targets: [
          {
            id: 'Queue',
            arn: queue.queue.queueArn,
            deadLetterConfig: { arn: queue.deadLetters.queueArn },
            // EventBridge's own limits, written out: an event not handed over in a day goes to the dead-letter queue.
            retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: TRIES },
          },
        ],
      }),
    );
  }

  /** The last word in the names of the rules for other accounts: the longest that the name of the gateway leaves room for. */
  #ofOthers(): string {
    return this.#props.namePrefix.length + LONGEST_ADDED <= MAX_RULE_NAME ? 'organization' : 'org';
  }

  /** Lets the rules of the door send, and no others: their names begin with the gateway's. */
  #letRulesSend(queue: Queue): void {
    const rules = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName });
    const { namePrefix } = this.#props;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesOfTheDoor',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': [
              rules(`${namePrefix}-*-own`),
              ...(this.#bus === undefined
                ? []
                : [rules(`${this.#bus.eventBusName}/${namePrefix}-*-${this.#ofOthers()}`)]),
            ],
          },
        },
      }),
    );
  }

  #letIn(organizationId: string, bus: EventBus): void {
    new CfnEventBusPolicy(this, 'Organization', {
      eventBusName: bus.eventBusName,
      statementId: 'Organization',
      statement: {
        Sid: 'Organization',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'events:PutEvents',
        Resource: bus.eventBusArn,
        Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
      },
    });
  }
}
