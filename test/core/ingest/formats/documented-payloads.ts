import { readdirSync, readFileSync } from 'node:fs';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';

/** A payload after a vendor's page, and what is right for it. The format `infer` is the mapping that is proposed for it. */
export type DocumentedPayload = {
  what: string;
  page: string;
  format: string;
  headers?: Record<string, string>;
  document: unknown;
  alerts: Partial<Alert>[];
};

const FOLDER = new URL('../../../fixtures/documented/', import.meta.url);

/** `test/fixtures/documented/README.md` says where they are from. */
export const DOCUMENTED: readonly DocumentedPayload[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as DocumentedPayload[]);
