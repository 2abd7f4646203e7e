/**
 * Ten probabilities as bars, the largest marked.
 */
import { h } from './dom.js';

export interface Bars {
  readonly element: HTMLElement;
  /** null: nothing to show. */
  show(probabilities: ArrayLike<number> | null): void;
}

export function bars(count: number): Bars {
  const rows = Array.from({ length: count }, (_, digit) => {
    const fill = h('span', { className: 'fill' });
    const value = h('span', { className: 'value' }, '–');
    return { fill, value, row: h('li', {}, h('span', { className: 'digit' }, String(digit)), h('span', { className: 'track' }, fill), value) };
  });
  const said = h('output', { className: 'said' }, 'nothing drawn yet');
  const element = h('div', { className: 'bars' }, said, h('ol', { ariaLabel: 'Probability of each digit' }, ...rows.map(({ row }) => row)));

  return {
    element,
    show(probabilities) {
      const values = Array.from({ length: count }, (_, i) => probabilities?.[i] ?? 0);
      const best = values.indexOf(Math.max(...values));
      said.textContent = probabilities === null ? 'nothing drawn yet' : `looks like a ${best} (${(100 * values[best]).toFixed(0)} %)`;
      rows.forEach(({ fill, value, row }, i) => {
        fill.style.width = `${100 * values[i]}%`;
        value.textContent = probabilities === null ? '–' : `${(100 * values[i]).toFixed(1)} %`;
        row.classList.toggle('best', probabilities !== null && i === best);
      });
    },
  };
}
