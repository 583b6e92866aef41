/** For a table and for a global table, which is the same in one region. */
const OF_A_TABLE = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes[].IndexName',
  'GlobalSecondaryIndexes[].KeySchema',
  'GlobalSecondaryIndexes[].Projection',
  'KeySchema',
  'TableName',
  'TimeToLiveSpecification.AttributeName',
  'TimeToLiveSpecification.Enabled',
];

/**
 * The properties that the local run honours, by resource type.
 *
 * A path covers everything below it: `RedrivePolicy` would cover `RedrivePolicy.maxReceiveCount`. `[]` stands for the
 * elements of a list. A property that is neither here nor in meaningless-locally.ts stops the start.
 */
export const SUPPORTED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::Integration': [
    'ApiId',
    'IntegrationType',
    'IntegrationUri',
    'PayloadFormatVersion',
    'TimeoutInMillis',
  ],
  'AWS::ApiGatewayV2::Route': ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'],
  'AWS::ApiGatewayV2::Stage': [
    'ApiId',
    'AutoDeploy',
    'DefaultRouteSettings.ThrottlingBurstLimit',
    'DefaultRouteSettings.ThrottlingRateLimit',
    'StageName',
  ],
  'AWS::DynamoDB::GlobalTable': OF_A_TABLE,
  'AWS::DynamoDB::Table': OF_A_TABLE,
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Rule': [
    'EventBusName',
    'EventPattern',
    'Name',
    'ScheduleExpression',
    'State',
    'Targets[].Arn',
    'Targets[].Id',
    'Targets[].Input',
  ],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::IAM::Policy': ['PolicyDocument', 'PolicyName', 'Roles'],
  'AWS::IAM::Role': ['ManagedPolicyArns', 'Policies', 'RoleName'],
  'AWS::Lambda::EventSourceMapping': [
    'BatchSize',
    'Enabled',
    'EventSourceArn',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig.MaximumConcurrency',
  ],
  'AWS::Lambda::Function': [
    'Code.S3Bucket',
    'Code.S3Key',
    'Environment.Variables',
    'FunctionName',
    'Handler',
    'LoggingConfig.LogGroup',
    'MemorySize',
    'ReservedConcurrentExecutions',
    'Role',
    'Runtime',
    'Timeout',
  ],
  'AWS::SES::ConfigurationSet': ['Name'],
  'AWS::SES::ConfigurationSetEventDestination': [
    'ConfigurationSetName',
    'EventDestination.Enabled',
    'EventDestination.EventBridgeDestination.EventBusArn',
    'EventDestination.MatchingEventTypes',
  ],
  'AWS::SES::EmailIdentity': ['EmailIdentity'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': [
    'DelaySeconds',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'QueueName',
    'ReceiveMessageWaitTimeSeconds',
    'RedriveAllowPolicy.redrivePermission',
    'RedriveAllowPolicy.sourceQueueArns[]',
    'RedrivePolicy.deadLetterTargetArn',
    'RedrivePolicy.maxReceiveCount',
    'VisibilityTimeout',
  ],
  'AWS::SSM::Parameter': ['Name', 'Type', 'Value'],
  'AWS::Scheduler::Schedule': ['Name', 'ScheduleExpression', 'State', 'Target.Arn', 'Target.Input'],
  'AWS::SecretsManager::Secret': ['Description', 'GenerateSecretString', 'Name', 'SecretString'],
};
