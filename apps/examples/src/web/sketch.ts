/**
 * A canvas of 28×28 pixels to draw a digit on, with mouse, pen or finger.
 *
 * Invariant: what is read is placed as the digits of the training set are: in the middle, and as large, so that it does
 * not matter where on the canvas one draws.
 *
 * Reference: https://www.w3.org/TR/pointerevents3/
 */
import { inkSegment, PIXELS, SIDE } from '../digits/render.js';
import type { Point, Segment } from '../digits/strokes.js';
import { h } from './dom.js';

/** Half the width of a stroke, and the height of a digit, in pixels: the middle of what training digits have. */
const THICKNESS = 1.25;
const SIZE = 19;

export interface Sketch {
  readonly element: HTMLElement;
  clear(): void;
  /** Puts an image there, 784 grey values. */
  put(image: Float32Array): void;
}

/** @param onChange gets what the network should see, or null when the canvas is empty */
export function sketch(onChange: (image: Float32Array | null) => void): Sketch {
  const canvas = h('canvas', { width: SIDE, height: SIDE, className: 'sketch', role: 'img', ariaLabel: 'Draw a digit here' });
  const context = canvas.getContext('2d');
  const segments: Segment[] = [];
  let last: Point | null = null;

  const at = ({ clientX, clientY }: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * SIDE, ((clientY - box.top) / box.height) * SIDE];
  };
  const stroke = (to: Point): void => {
    segments.push([last ?? to, to]);
    last = to;
    paint(inked(segments));
    onChange(inked(centred(segments)));
  };

  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke(at(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last === null) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) stroke(at(part));
  });
  for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, () => (last = null));
  paint(new Float32Array(PIXELS));

  function paint(image: Float32Array): void {
    if (context === null) return;
    const pixels = context.createImageData(SIDE, SIDE);
    // White ink on black, as the network sees it.
    image.forEach((grey, i) => pixels.data.set([255 * grey, 255 * grey, 255 * grey, 255], 4 * i));
    context.putImageData(pixels, 0, 0);
  }

  function put(image: Float32Array | null): void {
    segments.length = 0;
    last = null;
    paint(image ?? new Float32Array(PIXELS));
    onChange(image);
  }

  return { element: canvas, clear: () => put(null), put };
}

function inked(segments: readonly Segment[]): Float32Array {
  const image = new Float32Array(PIXELS);
  for (const segment of segments) inkSegment(segment, THICKNESS, image);
  return image;
}

/** The same strokes in the middle, the longer side of their box `SIZE` pixels. */
function centred(segments: readonly Segment[]): Segment[] {
  const points = segments.flat();
  const extent = (along: readonly number[]): [middle: number, length: number] => {
    const [low, high] = [Math.min(...along), Math.max(...along)];
    return [(low + high) / 2, high - low];
  };
  const [x, width] = extent(points.map((p) => p[0]));
  const [y, height] = extent(points.map((p) => p[1]));
  const longer = Math.max(width, height);
  const scale = longer < 2 ? 1 : SIZE / longer;
  const place = ([px, py]: Point): Point => [(px - x) * scale + SIDE / 2, (py - y) * scale + SIDE / 2];
  return segments.map(([a, b]): Segment => [place(a), place(b)]);
}
