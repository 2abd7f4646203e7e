/**
 * The bar that stays in sight: run all, the choice of backend, and how many cells agree.
 */
import { backendChoices, LABELS, type BackendChoice, type BackendName } from './backends.js';
import { duration, h } from './dom.js';
import type { CellResult } from '../notebook/run.js';

export interface Toolbar {
  report(results: readonly CellResult[], count: number): void;
}

/** Fills `parent`. @param onRun runs everything on a backend; it fails when that cannot start */
export async function toolbar(parent: HTMLElement, onRun: (backend: BackendName) => Promise<unknown>): Promise<Toolbar> {
  const choices = await backendChoices();
  let chosen: BackendName = 'cpu';
  const run = h('button', { type: 'button', className: 'primary', id: 'run-all', onclick: () => void choose(chosen) }, 'Run all');
  const status = h('output', { id: 'status' });
  const notes = h('div', { className: 'notes' }, ...choices.filter((c) => c.advice !== undefined).map((c) => h('p', {}, h('strong', {}, `${LABELS[c.name]}: `), c.advice ?? '')));
  const group = h('fieldset', {}, h('legend', {}, 'Runs on'), ...choices.map(option));
  parent.append(h('div', { className: 'controls' }, run, group, status), notes);

  function option({ name, detail, usable }: BackendChoice): HTMLElement {
    const input = h('input', { type: 'radio', name: 'backend', value: name, checked: name === chosen, disabled: !usable, onchange: () => void choose(name) });
    return h('label', { className: usable ? 'choice' : 'choice disabled' }, input, h('span', {}, LABELS[name], ' ', h('small', {}, detail)));
  }

  async function choose(name: BackendName): Promise<void> {
    const before = chosen;
    chosen = name;
    try {
      await onRun(name);
    } catch (error) {
      chosen = before;
      for (const input of group.querySelectorAll('input')) input.checked = input.value === chosen;
      notes.append(h('p', { role: 'alert' }, `${error instanceof Error ? error.message : String(error)} The notebook stays on ${LABELS[chosen]}.`));
      status.textContent = `on ${LABELS[chosen]}`;
    }
  }

  return {
    report(results, count) {
      const agreeing = results.filter((r) => r.agrees).length;
      const time = results.reduce((sum, r) => sum + r.time, 0);
      const label = LABELS[chosen];
      status.textContent =
        results.length < count ? `${results.length} of ${count} cells ran on ${label} …` : `${agreeing} of ${count} cells equal the notebook on ${label} · ${duration(time)}`;
      status.dataset['state'] = results.length < count ? 'running' : agreeing === count ? 'agrees' : 'differs';
    },
  };
}
