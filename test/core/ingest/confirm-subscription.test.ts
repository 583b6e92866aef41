import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confirmSubscription } from '../../../functions/core/ingest/confirm-subscription.ts';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { aRequest, aSource, inMemoryPorts } from './a-request.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/sns/${name}`, import.meta.url), 'utf8');
const certificate = fixture('certificate.pem');
type Message = Record<string, unknown>;
const { version2, subscription } = JSON.parse(fixture('messages.json')) as Record<
  'version2' | 'subscription',
  Message
>;
const NOW = Date.parse('2027-01-01T00:00:00Z');

describe('a subscription', () => {
  function ports() {
    const visited: string[] = [];
    return {
      visited,
      certificate: async (url: string) => {
        visited.push(url);
        return Promise.resolve(certificate);
      },
      confirm: async (url: string) => {
        visited.push(url);
        return Promise.resolve();
      },
    };
  }

  it('is confirmed when URL and signature are those of Amazon', async () => {
    const world = ports();
    await expect(confirmSubscription(subscription, world, NOW)).resolves.toEqual({
      confirmed: true,
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms',
    });
    expect(world.visited).toEqual([subscription['SigningCertURL'], subscription['SubscribeURL']]);
  });

  it.each<[string, Message, string, number]>([
    ['a notification', version2, 'not-asked', 0],
    ['a foreign URL to visit', { ...subscription, SubscribeURL: 'https://example.com/' }, 'foreign-url', 0],
    [
      'a foreign certificate',
      { ...subscription, SigningCertURL: 'https://example.com/a.pem' },
      'foreign-url',
      0,
    ],
    ['a wrong signature', { ...subscription, Token: 'another' }, 'wrong-signature', 1],
  ])('is not confirmed by %s', async (_what, message, because, fetched) => {
    const world = ports();
    await expect(confirmSubscription(message, world, NOW)).resolves.toEqual({ confirmed: false, because });
    expect(world.visited).toHaveLength(fetched);
  });

  const ingest = async (format: string, world: ReturnType<typeof ports>) => {
    const memory = inMemoryPorts({ sources: [aSource({ format })], nowMs: NOW });
    return ingestAlerts(aRequest({ body: subscription }), { ...memory.ports, subscriptions: world });
  };

  it('is confirmed when it comes to a source of AWS, and told as an alert', async () => {
    const world = ports();
    await expect(ingest('cloudwatch-alarm', world)).resolves.toMatchObject({ accepted: 1 });
    expect(world.visited).toHaveLength(2);
  });

  it('is nothing that another source visits', async () => {
    const world = ports();
    await expect(ingest('plain-text', world)).resolves.toMatchObject({ accepted: 1 });
    expect(world.visited).toEqual([]);
  });

  it('asks SNS to come again when Amazon cannot be reached', async () => {
    const world = { ...ports(), confirm: async () => Promise.reject(new Error('down')) };
    await expect(ingest('guardduty', world)).rejects.toMatchObject({ code: 'not-durable' });
  });
});
