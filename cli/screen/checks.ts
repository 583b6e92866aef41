import { inert } from './terminal.ts';
import type { Session } from '../session.ts';

/** One check that a wizard makes before it creates anything. `failed`: nothing would arrive as things stand. */
export type SetupCheck = { result: 'ok' | 'warning' | 'failed'; text: string };

/** One line each; the word stands there too, so the color is never the only sign. */
export function showChecks(session: Session, title: string, checks: readonly SetupCheck[]): void {
  const { paint } = session;
  const lines = checks.map(({ result, text }) => {
    switch (result) {
      case 'ok':
        return `  ${paint('green', 'ok')}       ${inert(text)}`;
      case 'warning':
        return `  ${paint('yellow', 'warning')}  ${paint('yellow', inert(text))}`;
      case 'failed':
        return `  ${paint('red', 'FAILED')}   ${paint('red', inert(text))}`;
    }
  });
  session.note(`\n${paint('bold', title)}\n${lines.join('\n')}\n`);
}
