import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { AcceptedRequest } from '../model/wire/accepted-request.ts';

/** The fate of the alerts of a request. `isLost`: those that wait are neither stored nor in any queue. */
export type RequestStory = {
  request: AcceptedRequest;
  alerts: { id: string; routing: RoutedAlert['routing'] | 'waiting' }[];
  isLost: boolean;
};

/** The requests with an alert that no router has stored and no letter tells of, the oldest first. */
export function openOnes(stories: readonly RequestStory[]): RequestStory[] {
  return stories
    .filter(({ alerts }) => alerts.some(({ routing }) => routing === 'waiting'))
    .toSorted((a, b) => a.request.receivedAt.localeCompare(b.request.receivedAt));
}
