/**
 * The paths of the console's server. The page itself is `/`, with views behind the hash (`/#/alerts/ID`), so that no path
 * of the gateway's own API is taken; all else lies below `/console/`.
 */
export const CONSOLE_ROOT = '/console/';
/** Files of the built page, immutable by their names. */
export const ASSETS_PATH = '/console/assets/';
const API = '/console/api';

export const READ_PATHS = {
  session: `${API}/session`,
  overview: `${API}/overview`,
  alerts: `${API}/alerts`,
  deliveries: `${API}/deliveries`,
  sources: `${API}/sources`,
  destinations: `${API}/destinations`,
  routes: `${API}/routes`,
  silences: `${API}/silences`,
  deadLetters: `${API}/dead-letters`,
  audit: `${API}/audit`,
  system: `${API}/system`,
  /** Server-sent events. */
  live: `${API}/live`,
} as const;

/** Takes a payload, and answers which destinations would be told; changes nothing. */
export const EXPLAIN_PATH = `${API}/routes/explain`;
/** Takes an action, and says what it would do. */
export const PLAN_PATH = `${API}/plan`;
/** Takes the same action, and does it. */
export const DO_PATH = `${API}/do`;

export const alertPath = (id: string): string => `${READ_PATHS.alerts}/${encodeURIComponent(id)}`;
export const deliveryPath = (id: string): string => `${READ_PATHS.deliveries}/${encodeURIComponent(id)}`;
export const sourcePath = (name: string): string => `${READ_PATHS.sources}/${encodeURIComponent(name)}`;
export const destinationPath = (name: string): string =>
  `${READ_PATHS.destinations}/${encodeURIComponent(name)}`;
/** The message of a delivery as sent or as it would be sent now: the parts of a mail, or the request of a webhook. */
export const previewPath = (deliveryId: string): string => `${deliveryPath(deliveryId)}/preview`;
/** The HTML part of that mail, to be framed with `sandbox`. */
export const mailPagePath = (deliveryId: string): string => `${previewPath(deliveryId)}/mail.html`;
