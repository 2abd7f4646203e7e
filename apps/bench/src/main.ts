/**
 * Sconce beside its peers: `npm run bench`. See options.ts for what it takes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { loadLibraries } from './libraries/load.js';
import { measure } from './measure/alternate.js';
import type { Row } from './measure/row.js';
import { fail, readOptions } from './options.js';
import { page } from './report/page.js';
import { environmentOf, type Report } from './report/report.js';
import { about, remarks, table } from './report/table.js';
import { bookkeeping } from './whole/bookkeeping.js';
import { size } from './whole/size.js';
import { startup } from './whole/startup.js';
import { WORKLOADS } from './workloads.js';

const options = readOptions();
const libraries = await loadLibraries(options);
const hasTorch = libraries.all.some(({ name }) => name.startsWith('PyTorch'));

/** A step of the run: its words for `--only`, and the rows that it gives. */
interface Job {
  readonly title: string;
  readonly words: string;
  run(): Row[] | Promise<Row[]>;
}

const jobs: readonly Job[] = [
  ...WORKLOADS.map((workload): Job => {
    const title = workload.title ?? workload.name;
    return {
      title,
      words: `${workload.section} ${title}`,
      async run() {
        const taking = await libraries.for(workload);
        return taking === null ? [] : [await measure(workload, taking)];
      },
    };
  }),
  { title: 'bookkeeping', words: 'Whole programs bookkeeping graph of 100 nodes', run: bookkeeping },
  { title: 'startup', words: 'Whole programs startup import and first result', run: () => startup(options.peers, hasTorch ? options.python : undefined) },
  { title: 'bundle', words: 'Whole programs bundle size', run: () => size(options.peers) },
].filter(({ words }) => options.only.length === 0 || options.only.some((text) => words.toLowerCase().includes(text)));
if (jobs.length === 0) fail(`--only: no row's title or section holds '${options.only.join("' or '")}'.`);

const bar = new SingleBar({ format: '{bar} {value}/{total} {name}', hideCursor: true, noTTYOutput: false }, Presets.shades_classic);
const rows: Row[] = [];
bar.start(jobs.length, 0, { name: '' });
for (const [done, job] of jobs.entries()) {
  bar.update(done, { name: job.title });
  rows.push(...(await job.run()));
}
bar.update(jobs.length, { name: 'done' });
bar.stop();
libraries.close();

const report: Report = { environment: environmentOf(Object.fromEntries(libraries.all.map((l) => [l.name, l.version]))), rows };
console.log([...about(report), '', table(report), '', ...remarks(report), ...libraries.missing].join('\n'));

const files = { 'bench.json': JSON.stringify(report, null, 2), 'bench.md': `${about(report).join('\n')}\n\n${table(report)}\n`, 'bench.html': await page(report) };
mkdirSync(options.out, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = join(options.out, name);
  writeFileSync(path, text);
  console.log(path);
}
process.exit(0);
