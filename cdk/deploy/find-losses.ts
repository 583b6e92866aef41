import { fullDiff, type PropertyDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';

/** Something that a deployment takes from people who rely on it. */
type Loss = { what: string; id: string };

type Template = Record<string, unknown>;

/** The loss to people when a resource of this type is removed or replaced. */
const MEANING: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'the API: its address, and so the URL of each source without a domain of yours',
  'AWS::ApiGatewayV2::ApiMapping': 'what leads from the domain to the API',
  'AWS::ApiGatewayV2::DomainName': 'the domain in front of the API: senders that use it reach nothing',
  'AWS::CloudWatch::Alarm': 'an alarm',
  'AWS::DynamoDB::GlobalTable':
    'the table, with configuration, alerts and deliveries: the gateway works on with another one',
  'AWS::Events::Rule': 'a rule or a schedule',
  'AWS::IAM::ManagedPolicy': 'a policy for the roles of people: it must be attached again',
  'AWS::Lambda::Function': 'a function',
  'AWS::Logs::LogGroup': 'a log group, with its lines',
  'AWS::SES::ConfigurationSet': 'how SES sends, and what it tells about mails',
  'AWS::SES::EmailIdentity': 'the sender that SES knows',
  'AWS::SNS::Subscription': 'who hears the alarms: a new subscription must be confirmed by a click in a mail',
  'AWS::SNS::Topic': 'the topic of the alarms, with every subscription',
  'AWS::SQS::Queue': 'a queue, with the messages in it',
  'AWS::SecretsManager::Secret': 'a secret: what it signed is no longer taken',
};

/** People do not rely on these: the resource that they serve is named by itself, or works with another one of them. */
const NOT_MISSED = new Set([
  'AWS::ApiGatewayV2::Integration',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

const IMPACTS: Partial<Record<ResourceImpact, string>> = {
  [ResourceImpact.WILL_DESTROY]: 'removed',
  [ResourceImpact.WILL_ORPHAN]: 'taken out of the stack, and kept',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'perhaps replaced',
};

/** Losses inside of a resource that stays. */
const INSIDE: readonly {
  type: string;
  isLost: (before: Template, after: Template) => boolean;
  what: (before: Template, after: Template) => string;
}[] = [
  {
    type: 'AWS::ApiGatewayV2::DomainName',
    isLost: (before, after) =>
      before['MutualTlsAuthentication'] !== undefined && after['MutualTlsAuthentication'] === undefined,
    what: () => 'removed: the client certificates; senders no longer have to show one',
  },
  {
    type: 'AWS::ApiGatewayV2::Api',
    isLost: (before, after) =>
      before['DisableExecuteApiEndpoint'] === true && after['DisableExecuteApiEndpoint'] !== true,
    what: () => "opened: the API's own address, which asks for no client certificate",
  },
  {
    type: 'AWS::Lambda::Function',
    isLost: (before, after) => senderOf(before) !== undefined && senderOf(before) !== senderOf(after),
    what: (before, after) =>
      `replaced: the sender of the mails, ${String(senderOf(before))} by ${senderOf(after) === undefined ? 'none' : String(senderOf(after))}`,
  },
  {
    type: 'AWS::Lambda::Function',
    isLost: (before, after) =>
      isRouter(before) && JSON.stringify(tableOf(before)) !== JSON.stringify(tableOf(after)),
    what: (before, after) => `replaced: the table, ${nameOf(tableOf(before))} by ${nameOf(tableOf(after))}`,
  },
  {
    type: 'AWS::Lambda::Function',
    isLost: (before, after) => isRouter(before) && daysOf(after) < daysOf(before),
    what: (before, after) =>
      `shortened: how long new alerts and deliveries are kept, ${daysOf(before)} to ${daysOf(after)} days`,
  },
  {
    type: 'AWS::Lambda::Function',
    isLost: (before, after) => rangesOf(before) !== undefined && rangesOf(before) !== rangesOf(after),
    what: (before, after) =>
      `changed: where private destinations may be, ${String(rangesOf(before))} to ${String(rangesOf(after))}`,
  },
  {
    type: 'AWS::Lambda::Function',
    isLost: (before, after) =>
      before['VpcConfig'] !== undefined &&
      JSON.stringify(before['VpcConfig']) !== JSON.stringify(after['VpcConfig']),
    what: () => 'moved: the function of the private destinations, into other subnets or security groups',
  },
];

/**
 * The losses of a stack deployed as `before` when `after` is deployed over it: every resource that the specification of
 * CloudFormation says is removed or replaced, but for the types that are not missed, and the losses inside of those that stay.
 */
export function findLosses(before: Template, after: Template): Loss[] {
  const { resources } = fullDiff(before, after);
  const losses: Loss[] = [];
  resources.forEachDifference((id, change) => {
    const type = change.oldResourceType ?? '';
    const how = NOT_MISSED.has(type) ? undefined : IMPACTS[change.changeImpact];
    if (how !== undefined) {
      const because = causesOf(change.propertyUpdates);
      losses.push({ id, what: `${how}: ${MEANING[type] ?? `a resource of the type ${type}`}${because}` });
    }
    const [old = {}, now = {}] = [change.oldProperties, change.newProperties];
    for (const inside of INSIDE) {
      if (inside.type === type && change.newValue !== undefined && inside.isLost(old, now)) {
        losses.push({ id, what: inside.what(old, now) });
      }
    }
  });
  return losses;
}

function causesOf(updates: Record<string, PropertyDifference<unknown>>): string {
  const names = Object.entries(updates)
    .filter(([, { changeImpact }]) => changeImpact !== undefined && IMPACTS[changeImpact] !== undefined)
    .map(([name]) => name);
  return names.length === 0 ? '' : ` (${names.join(', ')} changed)`;
}

function senderOf(properties: Template): unknown {
  return variableOf(properties, ENVIRONMENT.emailFrom);
}

function tableOf(properties: Template): unknown {
  return variableOf(properties, ENVIRONMENT.table);
}

/** A name stands there as text; a reference is to the table that the stack makes. */
function nameOf(table: unknown): string {
  return typeof table === 'string' ? table : "the stack's own";
}

/** Every function has the same table and the same retention, so the router stands for all of them. */
function isRouter(properties: Template): boolean {
  return String(properties['FunctionName']).endsWith('-route');
}

function daysOf(properties: Template): number {
  return Number(variableOf(properties, ENVIRONMENT.retentionDays));
}

function rangesOf(properties: Template): unknown {
  return variableOf(properties, ENVIRONMENT.privateRanges);
}

function variableOf(properties: Template, name: string): unknown {
  const environment = properties['Environment'] as { Variables?: Record<string, unknown> } | undefined;
  return environment?.Variables?.[name];
}
