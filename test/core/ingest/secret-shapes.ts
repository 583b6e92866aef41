/** Names under which a credential is sent. */
export const SECRET_NAMES = [
  'Authorization',
  'proxy-authorization',
  'Cookie',
  'Set-Cookie',
  'X-Api-Key',
  'x-auth-token',
  'X-Amz-Security-Token',
  'password',
  'db_password',
  'clientSecret',
  'API_KEY',
  'access_token',
  'AWS_SECRET_ACCESS_KEY',
  'privateKey',
];

/** Every way in which a header or a field with a credential has been seen inside of a record. */
export const SECRET_SHAPES: Record<string, (name: string, secret: string) => unknown> = {
  'a field': (name, secret) => ({ [name]: secret }),
  'a field with several values': (name, secret) => ({ [name]: [secret, `${secret}2`] }),
  'a field deep inside': (name, secret) => ({ a: [{ b: { [name]: secret } }] }),
  'an object under the name': (name, secret) => ({ [name]: { inner: secret } }),
  pairs: (name, secret) => [
    ['Host', 'a'],
    [name, secret],
  ],
  'a flat list': (name, secret) => ['Host', 'a', name, secret],
  'name and value': (name, secret) => [{ name, value: secret }],
  'Name and Value': (name, secret) => [{ Name: name, Value: secret }],
  'key and value': (name, secret) => [{ key: name, value: secret }],
  'Key and values': (name, secret) => [{ Key: name, values: [secret] }],
  'header and value': (name, secret) => ({ list: [{ header: name, value: secret }] }),
  'raw header text': (name, secret) => `GET / HTTP/1.1\r\nHost: a\r\n${name}: ${secret}\r\nAccept: */*\r\n`,
  'header lines': (name, secret) => [`Host: a`, `x\n${name}: ${secret}`],
  'a query': (name, secret) => `/login?user=a&${name}=${secret}&x=1`,
  'a log line': (name, secret) => `level=info ${name}="${secret} and more" user=a`,
  'structured data of syslog': (name, secret) => `<34>1 - h app - - [x@1 a="b" ${name}="${secret}"] said`,
  'attributes of LEEF': (name, secret) => `LEEF:2.0|V|P|1|E|^|sev=5^${name}=${secret}^msg=a`,
  'a table': (name, secret) => `user=a|${name}=${secret}|x=1`,
  'a field that CEF labels': (name, secret) =>
    `CEF:0|V|P|1|1|N|5|cs1Label=${name} cs1=${secret} more src=1.2.3.4`,
  'CEF as JSON': (name, secret) => ({ cs1: secret, cs1Label: name }),
  'an option of a command': (name, secret) => `tool --${name} ${secret} --verbose`,
  'a quoted option': (name, secret) => `tool --${name} "${secret}"`,
  'JSON in a text': (name, secret) => JSON.stringify({ user: 'a', [name]: `${secret} x`, z: 1 }),
  'JSON in JSON in a text': (name, secret) =>
    JSON.stringify({ body: JSON.stringify({ user: 'a', [name]: secret, z: 1 }) }),
};
