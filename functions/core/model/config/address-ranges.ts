/**
 * What a deployment may open to its private destinations: RFC 1918, the shared space of RFC 6598, and the unique local
 * addresses of RFC 4193.
 */
export const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
] as const;

/**
 * Where clouds answer as themselves, inside of those. AWS keeps fd00:ec2::/32 for its services: metadata at ::254, time at
 * ::123, DNS at ::253, credentials of pods at ::23. The others are Alibaba Cloud's, Google's and Oracle's.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html (from memory)
 */
export const CLOUD_RANGES = [
  '100.100.100.200/32',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:c1::a9fe:a9fe/128',
] as const;
