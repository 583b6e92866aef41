import { parseDestination, type EmailSettings } from '../../functions/core/config/parse-destination.ts';
import { parseMailPassword } from '../../functions/core/config/parse-transport.ts';
import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { changeDestination } from '../destination/change-destination.ts';
import { egressAllow, mailServerProblem } from '../destination/check-addresses.ts';
import { storeEmail } from '../destination/create-email.ts';
import { destinationRules, STRICT } from '../destination/webhook-rules.ts';
import {
  authorityOf,
  DESTINATIONS_MAP,
  dictatedText,
  givenOf,
  notYetMade,
  partChange,
  storedSecret,
  withState,
  type DestinationPlan,
  type StoredSecret,
} from './destination-fields.ts';
import { withoutDefaults, type World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';

const NO_NAMES = { source: String, destination: String, interval: String };
const KNOWN = ['channel', 'enabled'];

/** An e-mail destination as a file says it. */
export function writtenEmail(destination: EmailDestination): Fields {
  return withState(emailFields(destination), destination);
}

function emailFields(settings: EmailSettings): Fields {
  const fields = writeFileFields<EmailDestination>(EMAIL_SETTINGS, settings as EmailDestination, NO_NAMES);
  const hasPassword = settings.transport !== undefined;
  return { channel: 'email', ...fields, ...(hasPassword && { password: { stored: true } }) };
}

export async function planEmail(
  world: World,
  item: FileItem,
  before: EmailDestination | undefined,
  isEnabled: boolean,
): Promise<DestinationPlan | undefined> {
  const { session, gateway } = world;
  const read = await readItem(world, item, EMAIL_SETTINGS, KNOWN);
  const input = { ...read.input, channel: 'email', name: item.name };
  const parsed = parseDestination(input, destinationRules(STRICT));
  if (!parsed.ok) read.report(parsed.problems);
  if (!parsed.ok || read.problemCount() > 0) return undefined;
  const settings = parsed.value as EmailSettings;
  const { transport } = settings;
  if (transport === undefined && read.secrets.size > 0) {
    for (const path of read.secrets.keys()) {
      read.report([{ path, message: 'goes with transport smtp only; leave it out' }]);
    }
    return undefined;
  }
  const isNewServer = transport !== undefined && transport.host !== before?.transport?.host;
  if (isNewServer) {
    const allow = egressAllow(gateway.manifest, session.io.env);
    const problem = await mailServerProblem(transport.host, session.io, allow);
    if (problem !== undefined) read.report([problem]);
  }
  const hadServer = before?.transport !== undefined;
  const isRead = hadServer && read.secrets.size > 0;
  const stored = await storedSecret(gateway, isRead ? before.id : undefined);
  const parts = transport === undefined ? {} : partsOf(read, transport.host, isNewServer, stored);
  if (read.problemCount() > 0) return undefined;
  const secrets = [
    ...partChange('password', stored.value?.current, parts.current, read.secrets.get('password')),
    ...partChange('ca', stored.value?.ca, parts.ca, read.secrets.get('ca')),
  ];
  return {
    after: {
      ...(before === undefined ? notYetMade(item.name, isEnabled) : givenOf(before, isEnabled)),
      ...settings,
    } as EmailDestination,
    fields: withState(emailFields(settings), { isEnabled }),
    secrets,
    async run() {
      if (before === undefined) {
        const made = await storeEmail(
          session,
          { settings, allow: [], ...(transport !== undefined && { secret: parts }) },
          { isEnabled, madeBy: 'apply' },
        );
        world.made(DESTINATIONS_MAP, made.name, made.id);
        return;
      }
      // An earlier mail server may have left a secret that holds nothing.
      const over =
        isRead || (secrets.length === 0 && !isNewServer) ? stored : await storedSecret(gateway, before.id);
      await changeDestination(session, before, {
        settings: { ...givenOf(before, isEnabled), ...settings },
        secret:
          secrets.length === 0 && !isNewServer
            ? undefined
            : { after: { ...stored.value, ...parts }, over: over.version, before: over.value },
      });
    },
  };
}

/** The password and the authority, as far as the file names them. The password of one server is shown to no other. */
function partsOf(
  read: ReadItem,
  host: string,
  isNewServer: boolean,
  stored: StoredSecret,
): Pick<WebhookSecret, 'current' | 'ca'> {
  const given = read.secrets.get('password');
  const text = dictatedText(read, 'password', given, !isNewServer);
  if (text === undefined && given === undefined && isNewServer) {
    const message = `missing; ${host} needs one: {env: NAME} or {secrets_manager: NAME}`;
    read.report([{ path: 'password', message }]);
  }
  const password = text === undefined ? undefined : parseMailPassword(text, host);
  if (password?.ok === false) read.report(password.problems);
  const ca = authorityOf(read, stored.value?.ca !== undefined);
  return {
    ...(password?.ok === true && { current: password.value }),
    ...(ca !== undefined && { ca }),
  };
}

/** What of an e-mail destination goes without saying. */
export function shortenEmail(fields: Fields, name: string): Fields {
  return withoutDefaults(fields, ['channel', 'to', 'enabled', 'password', 'ca'], (left) => {
    const { input } = readFileFields(EMAIL_SETTINGS, left, KNOWN, []);
    const parsed = parseDestination({ ...input, channel: 'email', name }, destinationRules(STRICT));
    return parsed.ok ? JSON.stringify(parsed.value) : undefined;
  });
}
