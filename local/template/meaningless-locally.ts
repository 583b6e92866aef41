/** Resource types that the local run passes over, each with the reason. Their names and ARNs can still be referred to. */
export const MEANINGLESS_TYPES: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'tells AWS which constructs were used',
  'AWS::CloudWatch::Alarm': 'nothing here measures',
  'AWS::CloudWatch::CompositeAlarm': 'nothing here measures',
  'AWS::CloudWatch::Dashboard': 'nothing here draws',
  'AWS::Events::EventBusPolicy': 'says who may send from other accounts; there is one account',
  'AWS::Lambda::EventInvokeConfig': 'a scheduled run that fails runs again at its next time',
  'AWS::Lambda::Permission':
    'says who may invoke a function; here only the API and the schedules of the template can',
  'AWS::Logs::LogGroup': 'lines go to files in the data folder',
  'AWS::Logs::MetricFilter': 'nothing here measures',
  'AWS::SNS::Subscription': 'no alarm ever publishes',
  'AWS::SNS::TopicPolicy': 'no alarm ever publishes',
  'AWS::SQS::QueuePolicy':
    'says who may send from other accounts and demands TLS; there is one account and one machine',
};

/** Properties of supported types that mean nothing locally, each with the reason. A path covers what is below it. */
export const MEANINGLESS_PROPERTIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::ApiGatewayV2::Api': {
    Description: 'a text for people',
    DisableExecuteApiEndpoint: 'the endpoint is this machine',
    Name: 'nothing refers to it',
    Tags: 'nothing reads them',
  },
  'AWS::ApiGatewayV2::Integration': { Description: 'a text for people' },
  'AWS::ApiGatewayV2::Stage': {
    AccessLogSettings: 'nobody reads an access log here',
    Description: 'a text for people',
    Tags: 'nothing reads them',
  },
  'AWS::DynamoDB::GlobalTable': {
    Replicas: 'there is one region; its settings are recovery, deletion protection and tags',
    SSESpecification: 'the files have mode 0600',
    StreamSpecification: 'nothing reads the stream',
    WriteOnDemandThroughputSettings: 'throttling protects a bill',
  },
  'AWS::DynamoDB::Table': {
    DeletionProtectionEnabled: 'the folder is the owner’s',
    PointInTimeRecoverySpecification: 'the folder can be copied',
    SSESpecification: 'the files have mode 0600',
    Tags: 'nothing reads them',
  },
  'AWS::Events::EventBus': { Description: 'a text for people', Tags: 'nothing reads them' },
  'AWS::Events::Rule': {
    Description: 'a text for people',
    'Targets[].RetryPolicy': 'a queue takes every event, and a run that fails runs again at its next time',
    'Targets[].DeadLetterConfig':
      'a queue takes every event, and a run that fails runs again at its next time',
  },
  'AWS::IAM::ManagedPolicy': { Description: 'a text for people', Path: 'part of no decision' },
  'AWS::IAM::Role': {
    AssumeRolePolicyDocument: 'only Lambda and the scheduler assume roles here',
    Description: 'a text for people',
    MaxSessionDuration: 'keys last as long as the process',
    Tags: 'nothing reads them',
  },
  'AWS::Lambda::EventSourceMapping': { MetricsConfig: 'nothing here measures', Tags: 'nothing reads them' },
  'AWS::Lambda::Function': {
    Architectures: 'the machine is what it is',
    Description: 'a text for people',
    EphemeralStorage: 'the temporary folder is the machine’s',
    'LoggingConfig.ApplicationLogLevel': 'every line is kept',
    'LoggingConfig.LogFormat': 'lines are kept as written',
    'LoggingConfig.SystemLogLevel': 'Lambda itself does not write here',
    RecursiveLoop: 'nothing looks for loops here',
    Tags: 'nothing reads them',
    TracingConfig: 'nothing traces here',
    VpcConfig: 'there is one network, that of the machine; the ranges that are opened hold all the same',
  },
  'AWS::SES::ConfigurationSet': {
    DeliveryOptions: 'no mail leaves the machine',
    ReputationOptions: 'no mail leaves the machine',
    SendingOptions: 'no mail leaves the machine',
    SuppressionOptions: 'no mail leaves the machine',
    TrackingOptions: 'no mail leaves the machine',
  },
  'AWS::SES::ConfigurationSetEventDestination': { 'EventDestination.Name': 'nothing refers to it' },
  'AWS::SES::EmailIdentity': {
    ConfigurationSetAttributes: 'the functions name the configuration set themselves',
    DkimAttributes: 'no mail leaves the machine',
    DkimSigningAttributes: 'no mail leaves the machine',
    FeedbackAttributes: 'no mail leaves the machine',
    MailFromAttributes: 'no mail leaves the machine',
    Tags: 'nothing reads them',
  },
  'AWS::SNS::Topic': {
    DisplayName: 'no alarm ever publishes',
    KmsMasterKeyId: 'no alarm ever publishes',
    Subscription: 'no alarm ever publishes',
    Tags: 'nothing reads them',
  },
  'AWS::SQS::Queue': {
    KmsMasterKeyId: 'the files have mode 0600',
    SqsManagedSseEnabled: 'the files have mode 0600',
    Tags: 'nothing reads them',
  },
  'AWS::SSM::Parameter': { Description: 'a text for people', Tags: 'nothing reads them', Tier: 'a price' },
  'AWS::Scheduler::Schedule': {
    Description: 'a text for people',
    FlexibleTimeWindow: 'running exactly on time is within every window',
    GroupName: 'there is one group',
    'Target.DeadLetterConfig': 'a run that fails runs again at its next time',
    'Target.RetryPolicy': 'a run that fails runs again at its next time',
    'Target.RoleArn': 'the scheduler may invoke every function of the template',
  },
  'AWS::SecretsManager::Secret': {
    KmsKeyId: 'the files have mode 0600',
    ReplicaRegions: 'there is one region',
    Tags: 'nothing reads them',
  },
};
