import { html } from './html.ts';
import { page } from './layout.ts';

export type QueueState = { name: string; visible: number; inFlight: number; delayed: number };

/** The index page: functions, queues, and the addresses of the other pages. */
export function indexPage(state: {
  ingestUrl: string;
  functions: readonly string[];
  queues: readonly QueueState[];
}): string {
  const rows = state.queues.map(
    (queue) =>
      html`<tr>
        <td>${queue.name}</td>
        <td>${queue.visible}</td>
        <td>${queue.inFlight}</td>
        <td>${queue.delayed}</td>
      </tr>`,
  );
  return page(
    'Overview',
    html`<h1>The gateway runs on this machine</h1>
      <div class="card">
        <dl>
          <dt>Ingestion</dt>
          <dd><code>${state.ingestUrl}/{sourceId}</code></dd>
          <dt>Functions</dt>
          <dd>${state.functions.join(', ')}</dd>
          <dt>Mailbox</dt>
          <dd><a href="/local/mail">/local/mail</a> · <a href="/local/mail.json">mail.json</a></dd>
          <dt>Queues</dt>
          <dd><a href="/local/queues.json">queues.json</a></dd>
          <dt>Command line</dt>
          <dd><code>npx tocsin --help</code></dd>
        </dl>
      </div>
      <h2>Queues</h2>
      <div class="card">
        <table>
          <tr>
            <th>Queue</th>
            <th>visible</th>
            <th>in flight</th>
            <th>delayed</th>
          </tr>
          ${rows}
        </table>
      </div>`,
  );
}
