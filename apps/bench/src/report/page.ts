/**
 * The report as a page of its own: data, charts and their library in one file, which opens from disk.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../package-root.js';
import type { Report } from './report.js';

const STYLE = `
:root { color-scheme: light dark; --page: Canvas; --own: #d9822b; --peer: #8a9bb0; --short: #c0392b; --met: #2e7d4f }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { margin: 3rem 0 0; border-bottom: 1px solid #8886 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: .9rem } dt { font-weight: 600 } dd { margin: 0 }
figure { margin: 1.5rem 0 } figcaption { font-weight: 600 } figcaption span { font-weight: 400 }
.short { color: var(--short) } .met { color: var(--met) } small { opacity: .75 }
@media (prefers-color-scheme: dark) { :root { --short: #ff8a75; --met: #7fd6a0 } }
`;

/** The page as text. */
export async function page(report: Report): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(packageRoot, 'dist/charts.js')], bundle: true, minify: true, format: 'iife', target: 'es2022', write: false,
    logLevel: 'error',
  });
  const data = JSON.stringify(report).replaceAll('<', '\\u003c');
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Sconce beside its peers</title>
<style>${STYLE}</style>
<main></main>
<script type="application/json" id="report">${data}</script>
<script>${script}</script>
</html>
`;
}
