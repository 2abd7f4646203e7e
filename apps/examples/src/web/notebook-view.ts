/**
 * The notebook on the page: its cells in order, and running them in one kernel.
 *
 * Invariant: cells run one at a time, in the order in which they were asked for. A whole run starts a kernel of its own,
 * and gives way to a later one.
 */
import { parseCells, type CodeCell } from '../notebook/cells.js';
import type { Kernel } from '../notebook/kernel.js';
import { sconceKernel } from '../notebook/modules.js';
import program from '../notebook/notebook.ts?raw';
import { runCell, type CellResult } from '../notebook/run.js';
import { breathe } from './breathe.js';
import { cellView, type CellView } from './cell-view.js';
import { h } from './dom.js';
import { render } from './markdown.js';

export interface NotebookView {
  /**
   * Runs all cells in a fresh kernel, after `prepare`, whose failure is passed on; null when another whole run took over.
   */
  runAll(prepare: () => Promise<void>): Promise<CellResult[] | null>;
}

/** Fills `parent` with the notebook. @param onResults hears of every change: the results so far, by cell */
export function notebookView(parent: HTMLElement, onResults: (results: readonly CellResult[], count: number) => void): NotebookView {
  const views: CellView[] = [];
  const results = new Map<CellView, CellResult>();
  let kernel: Kernel = sconceKernel();
  let whole = 0;
  let queue: Promise<unknown> = Promise.resolve();

  for (const cell of parseCells(program)) {
    if (cell.kind === 'code') views.push(addCell(cell));
    else parent.append(h('div', { className: 'markdown', innerHTML: render(cell.text) }));
  }

  function addCell(cell: CodeCell): CellView {
    const view: CellView = cellView(cell, (then) => {
      void enqueue(() => runOne(view));
      if (then === 'next') (views[views.indexOf(view) + 1] ?? view).focus();
    });
    parent.append(view.element);
    return view;
  }

  function enqueue<R>(task: () => Promise<R>): Promise<R> {
    const done = queue.then(task);
    queue = done.catch(() => undefined);
    return done;
  }

  async function runOne(view: CellView): Promise<CellResult> {
    view.show('running');
    await breathe();
    const result = await runCell(kernel, view.cell());
    results.set(view, result);
    view.show(result);
    onResults([...results.values()], views.length);
    return result;
  }

  return {
    async runAll(prepare) {
      const mine = ++whole;
      return enqueue(async () => {
        await prepare();
        kernel = sconceKernel();
        results.clear();
        for (const view of views) view.show('waiting');
        onResults([], views.length);
        for (const view of views) {
          if (mine !== whole) return null;
          await runOne(view);
        }
        return [...results.values()];
      });
    },
  };
}
