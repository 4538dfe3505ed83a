import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { createHttp } from './http.ts';

it('takes an answer up to the limit and no byte more', async () => {
  const server = createServer((_request, response) => response.end('x'.repeat(1000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ask = async (maxBytes: number) =>
    await createHttp({ env: {} }).ask({
      method: 'GET',
      url: new URL(`http://127.0.0.1:${port}/`),
      headers: { connection: 'close' },
      maxBytes,
    });
  expect((await ask(1000)).body).toHaveLength(1000);
  await expect(ask(999)).rejects.toThrow('its response has more than 999 bytes');
  server.close();
});
