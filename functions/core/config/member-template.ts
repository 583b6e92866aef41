import { AWS_EVENT_PATTERNS } from './aws-event-patterns.ts';
import type { AwsEvents } from '../model/config/aws-events.ts';

/**
 * The CloudFormation template that member accounts and other regions get, as one stack or as a StackSet: rules that forward to
 * the bus of the gateway, and the role that lets them.
 *
 * It names the bus in a parameter, so that one text serves every gateway. The default is this one's.
 */
export function memberTemplate({
  stack,
  busArn,
  events,
}: {
  stack: string;
  busArn: string;
  events: readonly AwsEvents[];
}): object {
  const rules = events.map((name) => [`Forward${logicalName(name)}`, forwardingRule(stack, name)] as const);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Forwards events of AWS to the Tocsin gateway ${stack}`,
    Parameters: {
      EventBusArn: {
        Type: 'String',
        Default: busArn,
        AllowedPattern: '^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9._/-]{1,256}$',
        Description: 'The output AwsEventBus of the gateway',
      },
    },
    Resources: {
      // Without a name: a StackSet makes one in each region of an account, and roles are of the whole account.
      ForwardRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
              },
            ],
          },
          Policies: [
            {
              PolicyName: 'PutEvents',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  { Effect: 'Allow', Action: 'events:PutEvents', Resource: { Ref: 'EventBusArn' } },
                ],
              },
            },
          ],
        },
      },
      ...Object.fromEntries(rules),
    },
  };
}

function forwardingRule(stack: string, events: AwsEvents): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: `What ${events} tells, for the Tocsin gateway ${stack}`,
      EventPattern: AWS_EVENT_PATTERNS[events]({ namePrefix: stack }),
      State: 'ENABLED',
      Targets: [
        { Id: 'Tocsin', Arn: { Ref: 'EventBusArn' }, RoleArn: { 'Fn::GetAtt': ['ForwardRole', 'Arn'] } },
      ],
    },
  };
}

/** `security-hub` -> `SecurityHub`: logical ids are letters and digits. */
function logicalName(events: AwsEvents): string {
  return events
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
