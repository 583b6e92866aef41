import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IngestDomain } from '../../functions/core/config/parse-deployment.ts';

type IngestApiProps = {
  apiName: string;
  handler: IFunction;
  /** Answers the links in the mails. */
  unsubscribeHandler: IFunction;
  /** Receives canaries. */
  canaryHandler?: IFunction | undefined;
  /** @default - the address that API Gateway gives */
  domain?: IngestDomain | undefined;
};

const INGEST_PATH = '/v1/ingest';
const ENQUEUE_PATH = '/v2/enqueue';
const CANARY_PATH = '/v1/canary';
const UNSUBSCRIBE_PATH = '/v1/unsubscribe';

// No headers and no query string: they may hold credentials. No path either, only its pattern: the id of a
// source is unguessable on purpose.
const ACCESS_LOG = {
  time: '$context.requestTime',
  // As in every line of the functions' logs, and in the `request_id` of a problem document.
  apiRequestId: '$context.requestId',
  lambdaRequestId: '$context.integration.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/**
 * The one public door: `POST {url}/{sourceId}`.
 *
 * An HTTP API and not a REST API: REST decompresses a body before the function sees it, so a signature over
 * the bytes as sent could never match.
 */
export class IngestApi extends Construct {
  readonly api: HttpApi;
  /** Base of the ingestion URLs, without a trailing slash. */
  readonly url: string;
  /**
   * Base of the unsubscribe links, without a trailing slash. Undefined when the API asks for client certificates:
   * a mail program has none, so it could not open the link.
   */
  readonly unsubscribeUrl: string | undefined;
  /** Where canaries are received. */
  readonly canaryUrl: string;

  constructor(
    scope: Construct,
    id: string,
    { apiName, handler, unsubscribeHandler, canaryHandler, domain }: IngestApiProps,
  ) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName,
      description: 'Where sources send their alerts',
      createDefaultStage: false,
      // The API's own address asks for no client certificate, so it would be a way around the trust store.
      disableExecuteApiEndpoint: domain?.truststore !== undefined,
    });
    this.#addIngestRoutes(handler);
    this.#addUnsubscribeRoutes(unsubscribeHandler);
    if (canaryHandler !== undefined) this.#addCanaryRoute(canaryHandler);
    const stage = this.#addStage(apiName);
    if (domain) {
      new ApiMapping(this, 'DomainMapping', { api: this.api, domainName: this.#domainName(domain), stage });
    }
    const base = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    this.url = `${base}${INGEST_PATH}`;
    this.canaryUrl = `${base}${CANARY_PATH}`;
    this.unsubscribeUrl = domain?.truststore ? undefined : `${base}${UNSUBSCRIBE_PATH}`;
  }

  #addIngestRoutes(handler: IFunction): void {
    const integration = new HttpLambdaIntegration('Function', handler);
    // POST delivers, GET answers a sender's handshake. For other methods the function answers 405 and names the allowed
    // ones; API Gateway alone would answer 404.
    for (const method of [HttpMethod.POST, HttpMethod.GET, HttpMethod.ANY]) {
      this.api.addRoutes({ path: `${INGEST_PATH}/{sourceId}`, methods: [method], integration });
    }
    // Where clients of PagerDuty's Events API post; the routing key in the body says which source they mean.
    this.api.addRoutes({ path: ENQUEUE_PATH, methods: [HttpMethod.POST], integration });
    // Every other path: a source's URL with a slash at its end, which the function knows, and unknown ones, for which it answers
    // a problem document.
    new HttpRoute(this, 'DefaultRoute', { httpApi: this.api, routeKey: HttpRouteKey.DEFAULT, integration });
  }

  #addUnsubscribeRoutes(handler: IFunction): void {
    const integration = new HttpLambdaIntegration('UnsubscribeFunction', handler);
    // GET shows the page, POST unsubscribes (the page's button, and mail programs by themselves); the rest is a 405.
    for (const method of [HttpMethod.GET, HttpMethod.POST, HttpMethod.ANY]) {
      this.api.addRoutes({ path: `${UNSUBSCRIBE_PATH}/{token}`, methods: [method], integration });
    }
  }

  #addCanaryRoute(handler: IFunction): void {
    const integration = new HttpLambdaIntegration('CanaryFunction', handler);
    this.api.addRoutes({ path: CANARY_PATH, methods: [HttpMethod.POST], integration });
  }

  #addStage(apiName: string): HttpStage {
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // Far above the rate of alerts, and low enough that a flood stays cheap.
      throttle: { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            // Below this prefix API Gateway may write by one entry of the account's log policy. For any other name it
            // adds an entry, and that policy is full after some forty
            // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html).
            logGroupName: `/aws/vendedlogs/apis/${apiName}`,
            retention: RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  #domainName({ name, certificateArn, truststore }: IngestDomain): DomainName {
    const domainName = new DomainName(this, 'Domain', {
      domainName: name,
      securityPolicy: SecurityPolicy.TLS_1_2,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      ...(truststore && {
        mtls: {
          bucket: Bucket.fromBucketName(this, 'Truststore', truststore.bucket),
          key: truststore.key,
          // Without it API Gateway takes the newest at each deployment of the domain, and no later one by itself.
          ...(truststore.version !== undefined && { version: truststore.version }),
        },
      }),
    });
    new CfnOutput(this, 'DomainTarget', {
      description: `Where the DNS record of ${name} must point (CNAME)`,
      value: domainName.regionalDomainName,
    }).overrideLogicalId('DomainTarget');
    return domainName;
  }
}
