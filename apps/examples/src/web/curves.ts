/**
 * A curve that grows while training runs, in the page's colours.
 *
 * Invariant: it draws at most once a frame, however fast points come.
 *
 * Reference: https://github.com/leeoniya/uPlot/tree/master/docs
 */
import './locale.js';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { h } from './dom.js';

export interface Curve {
  readonly element: HTMLElement;
  add(x: number, y: number): void;
  clear(): void;
}

export interface CurveOptions {
  readonly title: string;
  /** The CSS variable that colours it. */
  readonly colour: string;
  /** The last point's place on the horizontal axis, which begins at 0. */
  readonly last: number;
  /** Both ends of the vertical axis, where they do not depend on the data. */
  readonly range?: readonly [number, number];
  readonly points?: boolean;
  readonly format: (value: number) => string;
}

const HEIGHT = 180;
/** Distances between marks on the horizontal axis, which counts. */
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const variable = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function curve({ title, colour, last, range, points = false, format }: CurveOptions): Curve {
  const xs: number[] = [];
  const ys: number[] = [];
  const element = h('figure', { className: 'curve' }, h('figcaption', {}, title));
  const latest = h('span', { className: 'latest' });
  element.firstElementChild?.append(' ', latest);
  const axis = { stroke: () => variable('--quiet'), grid: { stroke: () => variable('--grid'), width: 1 }, ticks: { show: false }, font: '12px system-ui' };
  const plot = new uPlot(
    {
      width: 280,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [0, last] }, y: { range: range === undefined ? (_, _low, high) => [0, high > 0 ? high * 1.05 : 1] : [...range] } },
      axes: [
        { ...axis, size: 30, incrs: COUNTS },
        { ...axis, size: 46, values: (_, splits) => splits.map(format) },
      ],
      series: [{}, { stroke: () => variable(colour), width: 2, points: { show: points, size: 6, fill: () => variable(colour) } }],
    },
    [xs, ys],
    element,
  );
  let frame: number | undefined;
  const draw = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      plot.setData([xs, ys]);
    });
  };
  new ResizeObserver(() => {
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT });
  }).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw());

  return {
    element,
    add(x, y) {
      xs.push(x);
      ys.push(y);
      latest.textContent = format(y);
      draw();
    },
    clear() {
      xs.length = 0;
      ys.length = 0;
      latest.textContent = '';
      draw();
    },
  };
}
