/**
 * Reporting: a table for the terminal, JSON, and a page with bars.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Row } from './measure.js';

export interface Environment {
  readonly machine: string;
  readonly engine: string;
  readonly flags: string;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Report {
  readonly environment: Environment;
  readonly rows: readonly Row[];
}

const ms = (t: number): string => (t >= 100 ? t.toFixed(0) : t >= 1 ? t.toFixed(2) : t >= 0.01 ? t.toFixed(3) : t.toFixed(4));

/** `12.3 (0.8x)`: the time and how many times Sconce's it is. */
function cellOf(row: Row, library: string): string {
  const timing = row.timings.find((t) => t.library === library);
  if (timing === undefined) return '–';
  const own = row.timings.find((t) => t.library === 'sconce');
  return library === 'sconce' || own === undefined ? ms(timing.median) : `${ms(timing.median)} (${(timing.median / own.median).toFixed(1)}x)`;
}

/** Whether Sconce met its target; undefined without one. */
export function met({ target, timings }: Row): boolean | undefined {
  const own = timings.find((t) => t.library === 'sconce');
  return target === undefined || own === undefined ? undefined : own.median <= target;
}

/** A Markdown table, in milliseconds, with ratios to Sconce. */
export function table({ rows }: Report): string {
  const libraries = [...new Set(rows.flatMap((r) => r.timings.map((t) => t.library)))];
  const head = ['work', ...libraries.map((l) => (l === 'sconce' ? 'sconce, ms' : l)), 'target', ''];
  const body = rows.map((row) => {
    const ok = met(row);
    return [row.workload, ...libraries.map((l) => cellOf(row, l)), row.target === undefined ? '' : `≤ ${row.target}`, ok === undefined ? '' : ok ? 'met' : 'falls short'];
  });
  const all = [head, head.map(() => '---'), ...body];
  const widths = head.map((_, i) => Math.max(...all.map((line) => line[i].length)));
  return all.map((line) => `| ${line.map((text, i) => (text === '---' ? '-'.repeat(widths[i]) : text.padEnd(widths[i]))).join(' | ')} |`).join('\n');
}

/** Rows that fall short of their target, and libraries that were left out, in words. */
export function remarks({ rows }: Report): string[] {
  const short = rows.filter((r) => met(r) === false).map((r) => `${r.workload} falls short of ${r.target} ms`);
  const left = rows.flatMap((r) => r.excluded.map((x) => `${r.workload}: ${x.library} left out: ${x.reason}`));
  return [...short, ...left];
}

/** A page of its own: the charts' library and the data are in it. */
function page(report: Report): string {
  const require = createRequire(import.meta.url);
  const library = readFileSync(require.resolve('chart.js/dist/chart.umd.js'), 'utf8');
  const data = JSON.stringify(report).replaceAll('<', '\\u003c');
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sconce side by side</title>
<style>body{font:16px system-ui;max-width:960px;margin:2rem auto;padding:0 1rem;color-scheme:light dark}section{margin:2rem 0}canvas{max-height:220px}small{opacity:.7}</style>
<h1>Sconce side by side</h1><p id="about"></p><main></main>
<script>${library}</script>
<script>
const report = ${data};
const { machine, engine, flags, versions } = report.environment;
about.textContent = [machine, engine, flags, ...Object.entries(versions).map(([k, v]) => k + ' ' + v)].join(' · ');
for (const row of report.rows) {
  const section = document.createElement('section');
  section.innerHTML = '<h2></h2><canvas role="img"></canvas><small></small>';
  section.querySelector('h2').textContent = row.workload;
  section.querySelector('small').textContent = row.target === undefined ? '' : 'target: ' + row.target + ' ms';
  document.querySelector('main').append(section);
  const canvas = section.querySelector('canvas');
  canvas.setAttribute('aria-label', row.timings.map((t) => t.library + ' ' + t.median.toPrecision(3) + ' ms').join(', '));
  new Chart(canvas, {
    type: 'bar',
    data: { labels: row.timings.map((t) => t.library), datasets: [{ label: 'median, ms', data: row.timings.map((t) => t.median), backgroundColor: ['#d9822b', '#6b7a8f', '#8a9bb0', '#aab6c4'] }] },
    options: { indexAxis: 'y', animation: false, plugins: { legend: { display: false } }, scales: { x: { title: { display: true, text: 'milliseconds, lower is better' } } } },
  });
}
</script>`;
}

/** Writes the report beside each other as JSON and as a page. */
export function write(report: Report, folder: string): string[] {
  const files = { 'bench.json': JSON.stringify(report, null, 2), 'bench.html': page(report) };
  return Object.entries(files).map(([name, text]) => {
    writeFileSync(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  });
}
