/**
 * The script of the report's page: what was measured on, which rows fall short, and a bar chart a row.
 *
 * A bar is a median, the line across it the quartiles, the upright line the target.
 */
import { axisX, barX, plot, ruleX, ruleY, text } from '@observablehq/plot';
import { met, ownTiming, type Row, type Timing } from './measure/row.js';
import type { Report } from './report/report.js';
import { digits } from './report/table.js';

const { environment, rows } = JSON.parse(document.querySelector('#report')!.textContent) as Report;

function element<K extends keyof HTMLElementTagNameMap>(name: K, content: string, ...children: readonly Node[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.append(content, ...children);
  return made;
}

function colored(kind: 'met' | 'short', content: string): HTMLElement {
  const made = element('span', content);
  made.className = kind;
  return made;
}

/** Charts fill the column, which on a phone is narrow: their text keeps its size. */
const WIDTH = Math.min(920, document.documentElement.clientWidth - 32);
const isNarrow = WIDTH < 600;

function chart(row: Row): Element {
  const own = ownTiming(row);
  const label = (t: Timing): string => {
    const ratio = own === undefined || t === own ? '' : `  ${(t.median / own.median).toFixed(1)}×`;
    const rate = row.flops === undefined ? '' : `  ${(row.flops / t.median / 1e6).toFixed(0)} GF/s`;
    return `${digits(t.median)}${ratio}${rate}`;
  };
  const { timings } = row;
  // A bar far longer than all that matter is cut at the edge; its label tells its length.
  const edge = Math.min(Math.max(...timings.map((t) => t.high)), 15 * Math.max(own?.median ?? 0, row.target));
  return plot({
    width: WIDTH, marginLeft: isNarrow ? 100 : 150, marginRight: isNarrow ? 130 : 170, height: 46 + 26 * timings.length,
    ariaLabel: timings.map((t) => `${t.library} ${digits(t.median)} ${row.unit}`).join(', '),
    x: { label: row.unit, grid: true, domain: [0, Math.max(edge, row.target)], clamp: true },
    y: { domain: timings.map((t) => t.library), label: null },
    marks: [
      axisX({ ticks: isNarrow ? 3 : 6, labelAnchor: 'right' }),
      barX(timings, { x: 'median', y: 'library', fill: (t: Timing) => (t === own ? 'var(--own)' : 'var(--peer)') }),
      ruleY(timings, { x1: 'low', x2: 'high', y: 'library', strokeWidth: 2 }),
      ruleX([row.target], { stroke: 'currentColor', strokeDasharray: '4 3' }),
      text(timings, { x: 'high', y: 'library', text: label, textAnchor: 'start', dx: 6, fill: 'currentColor', stroke: 'var(--page)', strokeWidth: 5 }),
    ],
  });
}

function figure(row: Row): HTMLElement {
  const verdict = met(row) === true ? colored('met', 'met') : colored('short', met(row) === false ? 'falls short' : 'not measured');
  const reasons = row.excluded.map(({ library, reason }) => element('small', `${library}: ${reason}`));
  return element('figure', '', element('figcaption', `${row.title} `, element('span', `≤ ${row.target} ${row.unit}: `, verdict)), chart(row), ...reasons);
}

const short = rows.filter((row) => met(row) === false);
const facts: Readonly<Record<string, string>> = {
  Machine: environment.machine,
  Engine: environment.engine,
  Flags: environment.flags,
  Date: environment.date,
  Versions: Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`).join(', '),
};

document.querySelector('main')!.append(
  element('h1', 'Sconce beside its peers'),
  element('p', 'Medians of alternating runs, lower is better; thin lines are quartiles, the dashed line is the target.'),
  element('dl', '', ...Object.entries(facts).flatMap(([name, value]) => [element('dt', name), element('dd', value)])),
  element('p', short.length === 0 ? 'Every row meets its target.' : `${short.length} of ${rows.length} rows fall short of their target:`),
  element('ul', '', ...short.map((row) => element('li', `${row.title}: ${digits(ownTiming(row)!.median)} ${row.unit}, promised ${row.target}`))),
  ...[...new Set(rows.map((row) => row.section))].flatMap((section) => [
    element('h2', section), ...rows.filter((row) => row.section === section).map(figure),
  ]),
);
