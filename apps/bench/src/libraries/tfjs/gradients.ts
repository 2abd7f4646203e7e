/**
 * The gradients of TensorFlow.js, which its build for Node leaves out: they are modules with imports that Node cannot
 * resolve, so esbuild makes one file of them. They register where all copies of the library look.
 *
 * Reference: tfjs-core/src/base_side_effects.ts and register_all_gradients.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packageRoot } from '../../package-root.js';

export async function registerGradients(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-bench-'));
  const outfile = join(folder, 'gradients.mjs');
  try {
    await build({
      stdin: { contents: "import '@tensorflow/tfjs-core/dist/register_all_gradients.js';", resolveDir: packageRoot },
      bundle: true, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], outfile, logLevel: 'error',
    });
    await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
