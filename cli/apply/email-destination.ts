import { parseDestination, type EmailSettings } from '../../functions/core/config/parse-destination.ts';
import { parseMailPassword } from '../../functions/core/config/parse-transport.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { changeDestination } from '../destination/change-destination.ts';
import { egressAllow, mailServerProblem } from '../destination/check-addresses.ts';
import { storeEmail } from '../destination/create-email.ts';
import { withoutSesProblem } from '../destination/without-ses.ts';
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
import type { Gateway } from '../gateway.ts';
import type { World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { BESIDE_SETTINGS, emailFields } from './written-destination.ts';

/** The plan for the destination; undefined where there are problems, all of which are reported. */
export async function planEmail(
  world: World,
  item: FileItem,
  before: EmailDestination | undefined,
  isEnabled: boolean,
): Promise<DestinationPlan | undefined> {
  const { session, gateway } = world;
  const read = await readItem(world, item, EMAIL_SETTINGS, BESIDE_SETTINGS);
  const settings = readEmail(read, item.name, gateway);
  if (settings === undefined) return undefined;
  const { transport } = settings;
  const isNewServer = transport !== undefined && transport.host !== before?.transport?.host;
  if (isNewServer) await checkServer(world, transport.host, read);
  const isRead = before?.transport !== undefined && read.secrets.size > 0;
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
      const isWritten = secrets.length > 0 || isNewServer;
      // An earlier mail server may have left a secret that holds nothing.
      const over = isWritten && !isRead ? await storedSecret(gateway, before.id) : stored;
      await changeDestination(session, before, {
        settings: { ...givenOf(before, isEnabled), ...settings },
        secret: isWritten
          ? { after: { ...stored.value, ...parts }, over: over.version, before: over.value }
          : undefined,
      });
    },
  };
}

/** The settings of a file, or what is wrong with them. */
function readEmail(read: ReadItem, name: string, { manifest }: Gateway): EmailSettings | undefined {
  const parsed = parseDestination({ ...read.input, channel: 'email', name }, destinationRules(STRICT));
  if (!parsed.ok) read.report(parsed.problems);
  if (!parsed.ok || read.problemCount() > 0) return undefined;
  const settings = parsed.value as EmailSettings;
  const problem = withoutSesProblem(manifest, settings);
  if (problem !== undefined) {
    read.report([problem]);
    return undefined;
  }
  if (settings.transport !== undefined || read.secrets.size === 0) return settings;
  for (const path of read.secrets.keys()) {
    read.report([{ path, message: 'goes with transport smtp only; leave it out' }]);
  }
  return undefined;
}

async function checkServer({ gateway, session }: World, host: string, read: ReadItem): Promise<void> {
  const allow = egressAllow(gateway.manifest, session.io.env);
  const problem = await mailServerProblem(host, session.io, allow);
  if (problem !== undefined) read.report([problem]);
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
