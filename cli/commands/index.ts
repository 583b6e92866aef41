import { addAlerts } from './alerts.ts';
import { addAudit } from './audit.ts';
import { addApply } from './apply.ts';
import { addExport } from './export.ts';
import { addHistory } from './history.ts';
import { addConsole } from './console.ts';
import { addCompletion } from './completion.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addDeliveries } from './deliveries.ts';
import { addDestination } from './destination.ts';
import { addPack } from './pack.ts';
import { addRemediation } from './remediation.ts';
import { addReplay } from './replay.ts';
import { addRoute } from './route.ts';
import { addSetup } from './setup.ts';
import { addLocal } from './local.ts';
import { addLookup } from './lookup.ts';
import { addInterval } from './interval.ts';
import { addSilence } from './silence.ts';
import { addSource } from './source.ts';
import { addStatus } from './status.ts';
import { addTeardown } from './teardown.ts';
import { addTest } from './test.ts';
import { addWhy } from './why.ts';
import { addSuppressions } from './suppressions.ts';
import { addUnsubscribeKey } from './unsubscribe-key.ts';
import type { CommandFile } from '../command.ts';

/** The table of contents of the tool, in the order of its help. */
export const COMMANDS: CommandFile[] = [
  addSource,
  addDestination,
  addSetup,
  addTest,
  addRoute,
  addApply,
  addExport,
  addHistory,
  addSilence,
  addInterval,
  addLookup,
  addAlerts,
  addDeliveries,
  addDeadLetters,
  addSuppressions,
  addUnsubscribeKey,
  addRemediation,
  addWhy,
  addAudit,
  addReplay,
  addStatus,
  addConsole,
  addTeardown,
  addPack,
  addLocal,
  addCompletion,
];
