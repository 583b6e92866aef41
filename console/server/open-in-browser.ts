import { spawn } from 'node:child_process';

/**
 * Asks the desktop to open a URL. Without a desktop nothing happens: xdg-open(1) would then start a browser in the terminal itself.
 */
export function openInBrowser(url: string, env: Record<string, string | undefined>): void {
  const opener = openerOf(env);
  if (opener === undefined) return;
  const [command = '', ...args] = opener;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // The URL is printed as well.
  child.on('error', () => undefined);
  child.unref();
}

function openerOf(env: Record<string, string | undefined>): string[] | undefined {
  if (process.platform === 'darwin') return ['open'];
  // No shell reads the URL.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
