/** What a page of the console does over HTTP: it keeps the cookie that it was given, and says where it comes from. */
export async function consoleBrowser(url: string) {
  const { origin } = new URL(url);
  const opened = await fetch(url, { redirect: 'manual' });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = async (path: string): Promise<Response> => fetch(origin + path, { headers: { cookie } });
  const post = async (path: string, body: unknown): Promise<Response> =>
    fetch(origin + path, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify(body),
    });
  return {
    origin,
    opened,
    cookie,
    get,
    post,
    /** The document of a path; throws where it is refused. */
    async read<T>(path: string): Promise<T> {
      return documentOf(await get(path)) as Promise<T>;
    },
    async send<T>(path: string, body: unknown): Promise<T> {
      return documentOf(await post(path, body)) as Promise<T>;
    },
  };
}

async function documentOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.url} answered ${String(answer.status)}: ${text}`);
  return JSON.parse(text) as unknown;
}
