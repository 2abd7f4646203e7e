/**
 * Serves a folder over localhost to pages under test.
 *
 * Invariant: pages are cross-origin isolated, as `SharedArrayBuffer` and with it
 * the CPU backend's threads demand, unless a test asks to see them without.
 *
 * Reference: https://web.dev/articles/coop-coep.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

/** A running server. */
export interface Served {
  /** Where it listens, with a closing slash. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves a folder on a free port of this machine.
 *
 * @param folder Its files are read anew at each request.
 * @param options `isolated: false` leaves out the headers that isolate.
 * @example
 * const { url, close } = await serveFolder('apps/examples/dist/web');
 */
export async function serveFolder(folder: string, { isolated = true } = {}): Promise<Served> {
  const files = sirv(folder, {
    dev: true,
    setHeaders(response) {
      if (!isolated) return;
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    },
  });
  const server = createServer((request, response) => files(request, response, () => void response.writeHead(404).end()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
