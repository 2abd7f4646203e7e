/**
 * A code cell on the page: its editor, its run button, and what it printed beside what the original printed.
 *
 * Invariant: the mark of agreement speaks of the last run alone, and goes when the source is edited.
 */
import type { CodeCell } from '../notebook/cells.js';
import { RECORDED } from '../notebook/recorded.js';
import type { CellResult } from '../notebook/run.js';
import { duration, h } from './dom.js';
import { createEditor } from './editor.js';

export interface CellView {
  readonly element: HTMLElement;
  /** The cell as it is written now. */
  cell(): CodeCell;
  /** `waiting` and `running` while there is no result. */
  show(state: CellResult | 'waiting' | 'running'): void;
  focus(): void;
}

function verdict({ agrees, output, error }: CellResult): string {
  if (error !== undefined) return '✗ error';
  if (!agrees) return '✗ differs from the notebook';
  return output === '' ? '✓ defined' : '✓ equals the notebook';
}

/** @param onRun runs the cell; `next` asks to go on to the cell below. */
export function cellView(cell: CodeCell, onRun: (then: 'stay' | 'next') => void): CellView {
  const { number, source } = cell;
  const expected = RECORDED[number] ?? '';
  const editor = createEditor({ label: `Source of cell ${number}`, source, onRun, onEdit: edited });
  const run = h('button', { type: 'button', className: 'run', ariaLabel: `Run cell ${number}`, title: 'Run this cell (Shift+Enter)', onclick: () => onRun('stay') }, '▶');
  const restore = h('button', { type: 'button', className: 'quiet', hidden: true, ariaLabel: `Restore the source of cell ${number}`, onclick: () => editor.set(source) }, 'Restore');
  const mark = h('span', { className: 'mark' });
  const time = h('span', { className: 'time' });
  const output = h('pre', { className: 'output' });
  const outputs = h('div', { className: 'outputs' }, side(`Out [${number}]`, output));
  if (expected !== '') outputs.append(side('The notebook printed', h('pre', {}, expected)));
  const element = h(
    'section',
    { className: 'cell', ariaLabel: `Cell ${number}` },
    h('div', { className: 'cell-head' }, h('span', { className: 'number' }, `In [${number}]`), run, restore, h('span', { className: 'verdict' }, mark, time)),
    editor.element,
    outputs,
  );
  element.dataset['number'] = String(number);
  show('waiting');

  function edited(): void {
    restore.hidden = editor.get() === source;
    show('waiting');
  }

  function show(state: CellResult | 'waiting' | 'running'): void {
    const result = typeof state === 'string' ? undefined : state;
    element.dataset['state'] = typeof state === 'string' ? state : state.agrees ? 'agrees' : 'differs';
    mark.textContent = result !== undefined ? verdict(result) : state === 'running' ? '… running' : 'not run';
    time.textContent = result === undefined ? '' : duration(result.time);
    if (state !== 'running') output.textContent = result === undefined ? '' : (result.error ?? result.output);
    outputs.hidden = expected === '' && output.textContent === '';
  }

  return { element, cell: () => ({ ...cell, source: editor.get() }), show, focus: () => editor.focus() };
}

const side = (caption: string, content: HTMLElement): HTMLElement => h('div', {}, h('span', { className: 'caption' }, caption), content);
