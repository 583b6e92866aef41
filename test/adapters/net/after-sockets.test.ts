import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { afterSockets, withinDeadline } from '../../../functions/adapters/net/after-sockets.ts';
import { aServerElsewhere, DEADLINE_MS } from '../server-elsewhere.ts';

test('a timer that is late lets the sockets be read first', async () => {
  const elsewhere = await aServerElsewhere();
  const socket = connect(elsewhere.port, '127.0.0.1');
  await once(socket, 'connect');
  const order: string[] = [];
  socket.once('data', () => order.push('answer'));
  await elsewhere.busyUntilAnswered(async () => {
    const over = new Promise<void>((resolve) => {
      afterSockets(DEADLINE_MS, () => {
        order.push('time is over');
        resolve();
      });
    });
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    return over;
  });
  socket.destroy();
  expect(order).toEqual(['answer', 'time is over']);
});

test('a timer that is called off does not run, also when its time is over already', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let times = 0;
  const callOff = afterSockets(100, () => {
    times += 1;
  });
  vi.advanceTimersByTime(100);
  callOff();
  await new Promise((resolve) => setImmediate(resolve));
  expect(times).toBe(0);
});

test('work within a deadline is told when it is over, and its end is the end', async () => {
  expect(await withinDeadline(10_000, async ({ aborted }) => aborted)).toBe(false);
  const late = withinDeadline(0, async (deadline) => once(deadline, 'abort').then(() => 'aborted'));
  expect(await late).toBe('aborted');
});
