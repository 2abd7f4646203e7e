/**
 * The notebook as a web page.
 *
 *   npm run web                serves it, with the headers that allow threads, until it is stopped
 *   npm run web -- --build     writes it to apps/examples/dist-web, for any host
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, createServer } from 'vite';
import { site } from './site.js';

const { values: options } = parseArgs({
  options: { build: { type: 'boolean', default: false }, port: { type: 'string', default: '5173' }, host: { type: 'string' } },
});

const config = site(fileURLToPath(new URL('..', import.meta.url)));

if (options.build) {
  await build(config);
  console.log('The page is in apps/examples/dist-web.');
} else {
  const server = await createServer({ ...config, server: { ...config.server, port: Number(options.port), host: options.host } });
  await server.listen();
  console.log('The notebook, until Ctrl+C:');
  for (const url of [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])]) console.log(url);
}
