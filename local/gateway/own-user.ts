import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const ESTABLISHED = '01';
const ROOT = 0;

/**
 * Whether the process at the other end of a loopback connection runs as the user of this one, or as root, who reads
 * everything anyway. Undefined where the system does not tell (it does on Linux, in `/proc/net/tcp`).
 *
 * https://docs.kernel.org/networking/proc_net_tcp.html: local and remote address, state, …, uid. A socket that its process
 * has closed stands there as root's, so only established ones count.
 */
export async function isOwnUser(socket: Socket): Promise<boolean | undefined> {
  const own = process.getuid?.();
  const { localPort, remotePort } = socket;
  if (own === undefined || localPort === undefined || remotePort === undefined) return undefined;
  let table: string;
  try {
    table = await readFile('/proc/net/tcp', 'utf8');
  } catch {
    return undefined;
  }
  const uid = userOf(table, remotePort, localPort);
  return uid !== undefined && (uid === own || uid === ROOT);
}

/** The user of the established loopback socket from one port to another, by the lines of `/proc/net/tcp`. */
export function userOf(table: string, fromPort: number, toPort: number): number | undefined {
  const address = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n').slice(1)) {
    const [, from, to, state, , , , uid] = line.trim().split(/\s+/);
    if (from === address(fromPort) && to === address(toPort) && state === ESTABLISHED) return Number(uid);
  }
  return undefined;
}
