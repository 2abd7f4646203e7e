/**
 * The notebook in the terminal: every cell in order, its source, what it printed, and whether that equals the original;
 * then both networks are trained.
 *
 *   npm start -- [--backend cpu|webgpu] [--cell N] [--json] [--no-train] [--mnist FOLDER]
 *
 * Invariant: the exit code is 0 only when every cell agrees.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseCells } from './notebook/cells.js';
import { sconceKernel } from './notebook/modules.js';
import { runCell, type CellResult } from './notebook/run.js';
import { openDevice } from './terminal/devices.js';
import { readMnist } from './terminal/mnist.js';
import { isCode, showMarkdown, showResult, showSource } from './terminal/show.js';
import { trainInTerminal, type Outcome } from './terminal/training.js';
import { binaryTask, digitsTask } from './training/task.js';

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'cpu' },
    cell: { type: 'string' },
    json: { type: 'boolean', default: false },
    'no-train': { type: 'boolean', default: false },
    mnist: { type: 'string' },
  },
});

const say = (line: string): void => {
  if (!options.json) console.log(line);
};

const device = await openDevice(options.backend, say);
const results = await runNotebook();
const trained = options.cell === undefined && !options['no-train'] ? await trainBoth() : [];
const wrong = results.filter((r) => !r.agrees);
if (options.json) console.log(JSON.stringify({ device, cells: results, trained }, null, 2));
else say(`\n${results.length - wrong.length} of ${results.length} cells equal the notebook on ${device}${wrong.length > 0 ? `; cells ${wrong.map((r) => r.number).join(', ')} differ` : ''}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** Runs all cells up to the one asked for; shows that one, or all. */
async function runNotebook(): Promise<CellResult[]> {
  const kernel = sconceKernel();
  const only = options.cell === undefined ? undefined : Number(options.cell);
  const cells = parseCells(readFileSync(new URL('../src/notebook/notebook.ts', import.meta.url), 'utf8'));
  if (only !== undefined && !cells.some((c) => isCode(c) && c.number === only)) {
    throw new Error(`--cell: there is no In [${options.cell}]; there are ${cells.filter(isCode).map((c) => c.number).join(', ')}.`);
  }
  const shown: CellResult[] = [];
  for (const cell of cells) {
    if (!isCode(cell)) {
      if (only === undefined) say(`\n${showMarkdown(cell)}`);
      continue;
    }
    const result = await runCell(kernel, cell);
    if (only !== undefined && cell.number !== only) continue;
    say(`\n${showSource(cell)}\n${showResult(result)}`);
    shown.push(result);
    if (cell.number === only) break;
  }
  return shown;
}

async function trainBoth(): Promise<Outcome[]> {
  const size = { train: 8000, test: 1000, hidden: 128 };
  const training = { epochs: 6, batchSize: 64, lr: 2e-3, seed: 0, device };
  const mnist = options.mnist === undefined ? undefined : readMnist(options.mnist);
  return [
    await trainInTerminal(binaryTask({ train: 2000, test: 500, hidden: 32 }), training, options.json),
    await trainInTerminal(digitsTask(size, mnist), training, options.json),
  ];
}
