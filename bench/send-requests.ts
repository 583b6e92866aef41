/** So many alerts titled `<name> <number>`, so many in a request, and so many requests under way at a time. */
export type Sent = { name: string; alerts: number; perRequest: number; senders: number };

/** Calls `post` with the titles of each request. */
export async function sendRequests(
  { name, alerts, perRequest, senders }: Sent,
  post: (titles: readonly string[]) => Promise<void>,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil(alerts / perRequest) }, (_, index) => index * perRequest);
  const send = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const first = start;
      const count = Math.min(perRequest, alerts - first);
      await post(Array.from({ length: count }, (_, index) => `${name} ${String(first + index)}`));
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
}
