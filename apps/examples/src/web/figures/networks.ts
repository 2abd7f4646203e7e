/**
 * The two networks as layers of circles: 784 inputs (some of them drawn), five hidden units, and the outputs.
 */
import { arrow, circle, line, svg, text } from './svg.js';

const HEIGHT = 236;
const MIDDLE = 112;
const RADIUS = 11;
const INPUTS = ['x₁', 'x₂', 'x₃', '⋮', 'x₇₈₄'];
const HIDDEN = 5;
const [FIRST, SECOND, THIRD] = [34, 138, 236];

/** Heights of `count` circles, centred. */
const spread = (count: number): number[] => Array.from({ length: count }, (_, i) => MIDDLE + 38 * (i - (count - 1) / 2));

function network(title: string, outputs: readonly string[], last: readonly [string, string], results: readonly string[]): string {
  const inputs = spread(INPUTS.length);
  const hidden = spread(HIDDEN);
  const out = spread(outputs.length);
  const drawn = inputs.filter((_, i) => INPUTS[i] !== '⋮');
  const edges = (x1: number, from: readonly number[], x2: number, to: readonly number[]): string =>
    from.flatMap((a) => to.map((b) => line(x1 + RADIUS, a, x2 - RADIUS, b, 'edge'))).join('');
  return svg(
    title,
    HEIGHT,
    edges(FIRST, drawn, SECOND, hidden),
    edges(SECOND, hidden, THIRD, out),
    ...INPUTS.map((name, i) => (name === '⋮' ? text(FIRST, inputs[i], name) : circle(FIRST, inputs[i], RADIUS + (name.length > 2 ? 4 : 0)) + text(FIRST, inputs[i], name, { kind: 'small' }))),
    ...hidden.map((y) => circle(SECOND, y, RADIUS, 'box filled')),
    ...out.map((y, i) => circle(THIRD, y, RADIUS, 'box accent') + text(THIRD, y, outputs[i], { kind: 'small' })),
    ...out.map((y, i) => arrow(THIRD + RADIUS + 2, y, THIRD + 40) + text(THIRD + 46, y, results[i], { anchor: 'start' })),
    text(FIRST, 222, 'inputs', { kind: 'quiet' }),
    text(SECOND, 210, 'linear1', { kind: 'quiet' }),
    text(SECOND, 226, 'ReLU', { kind: 'quiet' }),
    text(THIRD + 10, 210, last[0], { kind: 'quiet' }),
    text(THIRD + 10, 226, last[1], { kind: 'quiet' }),
  );
}

/** NeuralNet1: one output through a sigmoid. */
export const binaryNetwork = (): string =>
  network(
    'NeuralNet1, a binary classifier: 784 inputs, a linear layer with 5 hidden units and ReLU, a linear layer with one output, and a sigmoid that makes it a probability.',
    ['z'],
    ['linear2', 'sigmoid'],
    ['σ(z) in 0…1'],
  );

/** NeuralNet2: one score a class; the loss applies the softmax. */
export const multiClassNetwork = (): string =>
  network(
    'NeuralNet2, a classifier of three classes: 784 inputs, a linear layer with 5 hidden units and ReLU, and a linear layer with three scores; CrossEntropyLoss applies the softmax.',
    ['z₀', 'z₁', 'z₂'],
    ['linear2', '(softmax in the loss)'],
    ['score 0', 'score 1', 'score 2'],
  );
