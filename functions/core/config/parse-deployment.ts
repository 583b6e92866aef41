import { safeParse } from 'valibot';
import type { AwsEvents } from '../model/config/aws-events.ts';
import { DEPLOYMENT_SETTINGS, type EMAIL_IDENTITIES, TRUSTSTORE } from './settings/deployment-settings.ts';
import { type Read, readSettings } from './settings/setting.ts';
import type { Parsed, Problem } from './problem.ts';

/** How the sender of the mails becomes known to SES. */
export type EmailIdentityKind = (typeof EMAIL_IDENTITIES)[number];

/** A domain in front of the API, with its certificate; with a trust store it asks senders for client certificates. */
export type IngestDomain = {
  name: string;
  certificateArn: string;
  /** A PEM bundle in S3, at one version when the bucket keeps versions. */
  truststore?: { bucket: string; key: string; version?: string };
};

/** Where private destinations are, and what of it the deployment opens to them. */
export type PrivateNetwork = {
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
  /** CIDR ranges; only here, because who may change a destination must not widen the network. */
  egressAllow: string[];
};

/** Who hears of canaries: a URL, or the name of a secret that holds one. */
export type Heartbeat = { url: string } | { secretName: string };

/** A deployment as `tocsin.json` describes it. */
export type Deployment = {
  stackName: string;
  /** Absent where there is no SES, or no sender was chosen: the latter can be synthesized, and not deployed. */
  emailFrom?: string;
  emailIdentity: EmailIdentityKind;
  operatorEmail?: string;
  retentionDays: number;
  /** Left out: the stack makes a table. */
  existingTable?: string;
  concurrency: number;
  /** Minutes between canaries; 0: there are none. Left out: the usual five. */
  canaryMinutes?: number;
  heartbeat?: Heartbeat;
  domain?: IngestDomain;
  /** What AWS tells by itself that the gateway takes; left out: nothing. */
  awsEvents?: AwsEvents[];
  /** The organization whose accounts may send such events; left out: only the account itself. */
  organizationId?: string;
  /** Of the stack, and so of everything in it that takes tags. */
  tags?: Record<string, string>;
  /** Name or ARN of the policy that bounds the roles of the functions. */
  permissionsBoundary?: string;
  /** Left out: there are no private destinations. */
  privateNetwork?: PrivateNetwork;
};

type Given = Read<typeof DEPLOYMENT_SETTINGS>;

/** Options that mean nothing without another one. */
const NEEDS: readonly [name: keyof Given, needed: keyof Given][] = [
  ['domainName', 'certificateArn'],
  ['certificateArn', 'domainName'],
  // API Gateway asks for client certificates on custom domains only.
  ['mtlsTruststore', 'domainName'],
  ['mtlsTruststoreVersion', 'mtlsTruststore'],
  ['organizationId', 'awsEvents'],
  ['vpcId', 'egressAllow'],
  ['egressAllow', 'vpcId'],
  ['vpcId', 'subnetIds'],
  ['vpcId', 'securityGroupIds'],
  ['subnetIds', 'vpcId'],
  ['securityGroupIds', 'vpcId'],
];

/** The options of a deployment from the content of `tocsin.json`, or every problem with its option. */
export function parseDeployment(input: unknown): Parsed<Deployment> {
  const problems: Problem[] = [];
  const given = readSettings(DEPLOYMENT_SETTINGS, withoutSchema(input), problems);
  for (const [name, needed] of NEEDS) {
    if (given[name] !== undefined && given[needed] === undefined) {
      problems.push({ path: name, message: `is given without ${needed}; expected both` });
    }
  }
  if (given.emailIdentity === 'none' && given.emailFrom !== undefined) {
    problems.push({
      path: 'emailFrom',
      message: 'is the sender at SES, and emailIdentity is none; expected one of them',
    });
  }
  problems.push(...canaryProblems(given, withoutSchema(input)));
  if (problems.length > 0) return { ok: false, problems };
  const { stackName = '', emailIdentity = 'address', retentionDays = 0, concurrency = 0 } = given;
  const { emailFrom, operatorEmail, existingTable, awsEvents = [], organizationId } = given;
  const { tags, permissionsBoundary } = given;
  const domain = domainOf(given);
  const privateNetwork = privateNetworkOf(given);
  return {
    ok: true,
    value: {
      stackName,
      emailIdentity,
      retentionDays,
      concurrency,
      ...(emailFrom !== undefined && { emailFrom }),
      ...(operatorEmail !== undefined && { operatorEmail }),
      ...canaryOf(given),
      ...(existingTable !== undefined && { existingTable }),
      ...(domain !== undefined && { domain }),
      ...(awsEvents.length > 0 && { awsEvents }),
      ...(organizationId !== undefined && { organizationId }),
      ...(tags !== undefined && { tags }),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
      ...(privateNetwork !== undefined && { privateNetwork }),
    },
  };
}

/** How an option that was given as text, as `-c name=value` gives it, is written in the file: text, a number, a list. */
export function asWritten(name: keyof typeof DEPLOYMENT_SETTINGS, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const { schema } = DEPLOYMENT_SETTINGS[name];
  return [value, Number(value), value.split(',')].find((one) => safeParse(schema, one).success) ?? value;
}

/** What editors read in the file is nothing about the deployment. */
function withoutSchema(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== '$schema'));
}

function privateNetworkOf({
  vpcId,
  subnetIds = [],
  securityGroupIds = [],
  egressAllow = [],
}: Given): PrivateNetwork | undefined {
  return vpcId === undefined ? undefined : { vpcId, subnetIds, securityGroupIds, egressAllow };
}

/** Whether a canary can fly: it has no client certificate to show. */
function hasCanary({ canary, mtlsTruststore }: Given): boolean {
  return canary !== 'off' && mtlsTruststore === undefined;
}

/** Who asks for what cannot be is told; who says nothing of it has no canary there. */
function canaryProblems(given: Given, input: unknown): Problem[] {
  const isAskedFor = Object.hasOwn(Object(input) as object, 'canary') && given.canary !== 'off';
  if (isAskedFor && given.mtlsTruststore !== undefined) {
    return [
      {
        path: 'canary',
        message:
          'has no client certificate to show where mtlsTruststore is given; expected off, or no word of it',
      },
    ];
  }
  return given.heartbeatUrl !== undefined && !hasCanary(given)
    ? [
        {
          path: 'heartbeatUrl',
          message:
            'hears of canaries, and there are none: canary is off, or mtlsTruststore demands client certificates',
        },
      ]
    : [];
}

function canaryOf(given: Given): Pick<Deployment, 'canaryMinutes' | 'heartbeat'> {
  if (!hasCanary(given)) return { canaryMinutes: 0 };
  const { canary = '5m', heartbeatUrl: url } = given;
  const [, secretName] = /^secretsmanager:(.+)$/u.exec(url ?? '') ?? [];
  return {
    canaryMinutes: Number.parseInt(canary, 10),
    ...(url !== undefined && { heartbeat: secretName === undefined ? { url } : { secretName } }),
  };
}

function domainOf(given: Given): IngestDomain | undefined {
  const { domainName: name, certificateArn, mtlsTruststore, mtlsTruststoreVersion: version } = given;
  if (name === undefined || certificateArn === undefined) return undefined;
  const [, bucket, key] = TRUSTSTORE.exec(mtlsTruststore ?? '') ?? [];
  if (bucket === undefined || key === undefined) return { name, certificateArn };
  return { name, certificateArn, truststore: { bucket, key, ...(version !== undefined && { version }) } };
}
