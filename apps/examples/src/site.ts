/**
 * How the page is served and built: Vite over this folder, with the workspace read from source.
 *
 * Invariant: a build holds relative paths only, so that any host and any folder of it will do.
 *
 * Reference: https://vite.dev/guide/api-javascript.html, https://web.dev/articles/coop-coep
 */
import { defaultClientConditions, type InlineConfig, type Plugin } from 'vite';

/** With these a page may share memory between threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Vite's client in the page reports each connection on the console, which belongs to the page. */
const quietClient: Plugin = {
  name: 'quiet-client',
  transform: (code, id) => (id.includes('/vite/dist/client/') ? code.replaceAll('console.debug(', 'Array.of(') : undefined),
};

/** @param root the folder of `index.html`; @param outDir where a build goes */
export const site = (root: string, outDir = 'dist-web'): InlineConfig => ({
  root,
  base: './',
  configFile: false,
  logLevel: 'warn',
  clearScreen: false,
  plugins: [quietClient],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  // Modules print under the names of their classes.
  esbuild: { target: 'es2022', keepNames: true },
  optimizeDeps: { esbuildOptions: { target: 'es2022' } },
  build: { outDir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2500, reportCompressedSize: false },
  worker: { format: 'es' },
  server: { headers: isolation },
});
