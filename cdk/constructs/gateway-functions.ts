import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import type { AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import { functionCode } from './bundle-functions.ts';
import {
  type EntryName,
  FUNCTION_NAMES,
  type FunctionName,
  type FunctionsOf,
  type GatewayFunctionsProps,
} from './functions-of.ts';
import { FunctionsOfCanary } from './functions-of-canary.ts';
import { ingestAwsEventsFunction, watchAwsEvents } from './functions-of-the-aws-door.ts';
import {
  deliverEmailFunction,
  deliverPrivateWebhookFunction,
  deliverWebhookFunction,
  recordEmailFeedbackFunction,
} from './functions-that-deliver.ts';
import { ingestFunction, routeFunction } from './functions-that-accept.ts';
import { watchDeliveriesFunction, watchSourcesFunction } from './functions-that-watch.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { unsubscribeFunction } from './unsubscribe-function.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/**
 * The functions, each with its environment, its rights and the queue that it works off.
 *
 * A grant stands here only because the code makes that call; queues and tables are never granted as a whole.
 */
export class GatewayFunctions extends Construct {
  readonly ingest: GatewayFunction;
  readonly watchSources: GatewayFunction;
  readonly watchDeliveries: GatewayFunction;
  readonly route: GatewayFunction;
  readonly deliverEmail: GatewayFunction;
  readonly deliverWebhook: GatewayFunction;
  /** Only where the deployment names the network of private destinations. */
  readonly deliverPrivateWebhook: GatewayFunction | undefined;
  readonly unsubscribe: GatewayFunction;
  /** Only where SES tells of mails. */
  readonly recordEmailFeedback: GatewayFunction | undefined;
  /** Only where canaries fly. */
  readonly canary: FunctionsOfCanary | undefined;

  readonly #of: FunctionsOf;
  #ingestAwsEvents: GatewayFunction | undefined;

  constructor(scope: Construct, id: string, props: GatewayFunctionsProps) {
    super(scope, id);
    const code = functionCode(FUNCTION_NAMES);
    const base = (name: EntryName) => ({ functionName: `${props.namePrefix}-${name}`, code: code(name) });
    const everyFunction = {
      // Also the name of the stack, which metrics and alerts carry.
      [ENVIRONMENT.secretPrefix]: props.namePrefix,
      [ENVIRONMENT.table]: props.table.tableName,
      [ENVIRONMENT.retentionDays]: String(props.retentionDays),
    };

    const of = { props, base, everyFunction };
    this.#of = of;
    this.ingest = ingestFunction(this, of);
    this.watchSources = watchSourcesFunction(this, of);
    this.watchDeliveries = watchDeliveriesFunction(this, of);
    this.route = routeFunction(this, of);
    this.deliverEmail = deliverEmailFunction(this, of);
    this.deliverWebhook = deliverWebhookFunction(this, of);
    this.deliverPrivateWebhook = deliverPrivateWebhookFunction(this, of);
    this.unsubscribe = unsubscribeFunction(this, of);
    this.recordEmailFeedback = recordEmailFeedbackFunction(this, of);
    this.canary =
      props.canary === undefined ? undefined : new FunctionsOfCanary(this, 'Canary', of, props.canary);
  }

  /** Adds the function that takes events of AWS from their queue, and tells the watchers of its sources and dead letters. */
  addAwsEvents(queue: QueueWithDeadLetters, events: readonly AwsEvents[]): GatewayFunction {
    const fn = ingestAwsEventsFunction(this, this.#of, queue);
    watchAwsEvents(this, this.#of, { queue, events });
    this.#ingestAwsEvents = fn;
    return fn;
  }

  /** Sets where the unsubscribe links in mails lead. This comes after the functions, because the API needs its functions first. */
  linkMailsTo(unsubscribeUrl: string): void {
    this.deliverEmail.function.addEnvironment(ENVIRONMENT.unsubscribeUrl, unsubscribeUrl);
  }

  /** The functions by the name of their entry. */
  get byName(): [name: FunctionName, fn: GatewayFunction][] {
    const functions: [FunctionName, GatewayFunction | undefined][] = [
      ['ingest', this.ingest],
      ['ingest-aws-events', this.#ingestAwsEvents],
      ['watch-sources', this.watchSources],
      ['watch-deliveries', this.watchDeliveries],
      ['route', this.route],
      ['deliver-email', this.deliverEmail],
      ['deliver-webhook', this.deliverWebhook],
      ['deliver-private-webhook', this.deliverPrivateWebhook],
      ['unsubscribe', this.unsubscribe],
      ['record-email-feedback', this.recordEmailFeedback],
      ['run-canary', this.canary?.run],
      ['receive-canary', this.canary?.receive],
    ];
    return functions.flatMap(([name, fn]) => (fn === undefined ? [] : [[name, fn]]));
  }
}
