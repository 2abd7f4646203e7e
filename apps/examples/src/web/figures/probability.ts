/**
 * The figures that show numbers: the softmax layer, the curve of cross-entropy, and the two parts of CrossEntropyLoss.
 *
 * Invariant: every number and every curve is computed here from the notebook's data; none is written down.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
import { arrow, circle, line, polyline, rect, svg, text } from './svg.js';

const LOGITS = [2.0, 1.0, 0.1];
const GOOD = 0.7;
const BAD = 0.1;

function softmax(values: readonly number[]): number[] {
  const powers = values.map(Math.exp);
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
}

/** Scores go in, probabilities come out: lengths of the bars are the probabilities. */
export function softmaxLayer(): string {
  const p = softmax(LOGITS);
  const rows = LOGITS.map((logit, i) => {
    const y = 62 + 42 * i;
    return [
      rect(12, y - 15, 52, 30),
      text(38, y, logit.toFixed(1)),
      arrow(66, y, 98),
      arrow(196, y, 226),
      rect(232, y - 9, 110 * p[i], 18, 'bar', 3),
      text(354, y, p[i].toFixed(4), { anchor: 'end', kind: 'strong' }),
    ].join('');
  });
  return svg(
    `Softmax layer: the scores ${LOGITS.map((x) => x.toFixed(1)).join(', ')} become the probabilities ${p.map((x) => x.toFixed(4)).join(', ')}, whose sum is 1.`,
    196,
    text(38, 20, 'scores y', { kind: 'quiet' }),
    text(293, 20, 'probabilities S(y)', { kind: 'quiet' }),
    rect(101, 34, 94, 142, 'box filled', 10),
    text(148, 82, 'Softmax', { kind: 'strong' }),
    text(148, 108, 'exp(yᵢ)'),
    line(118, 120, 178, 120),
    text(148, 134, 'Σⱼ exp(yⱼ)'),
    ...rows,
    text(354, 182, `sum ${p.reduce((sum, x) => sum + x, 0).toFixed(4)}`, { anchor: 'end', kind: 'quiet' }),
  );
}

/** −log p against p, with the notebook's two predictions for a sample of class 0. */
export function crossEntropyCurve(): string {
  const [left, right, top, bottom, highest] = [44, 346, 14, 200, 5];
  const x = (p: number): number => left + p * (right - left);
  const y = (loss: number): number => bottom - (loss / highest) * (bottom - top);
  const lowest = Math.exp(-highest);
  const curve = Array.from({ length: 121 }, (_, i): [number, number] => {
    // Closer together where the curve is steep.
    const p = lowest + (1 - lowest) * (i / 120) ** 2;
    return [x(p), y(-Math.log(p))];
  });
  const across = [0, 0.2, 0.4, 0.6, 0.8, 1].map((p) => line(x(p), bottom, x(p), bottom + 4) + text(x(p), bottom + 14, p.toFixed(1), { kind: 'quiet' }));
  const up = [0, 1, 2, 3, 4, 5].map((l) => line(left, y(l), right, y(l), 'grid') + text(left - 8, y(l), String(l), { anchor: 'end', kind: 'quiet' }));
  const mark = (p: number, kind: 'accent' | 'warm'): string =>
    circle(x(p), y(-Math.log(p)), 4.5, `dot ${kind}`) + (p > 0.5
      ? text(right, y(-Math.log(p)) - 24, `p = ${p}: loss ${(-Math.log(p)).toFixed(4)}`, { anchor: 'end', kind })
      : text(x(p) + 9, y(-Math.log(p)) - 12, `p = ${p}: loss ${(-Math.log(p)).toFixed(4)}`, { anchor: 'start', kind }));
  return svg(
    `Cross-entropy against the predicted probability p of the true class: the loss, minus log p, grows without bound as p goes to 0 and is 0 at p = 1. At p = ${GOOD} it is ${(-Math.log(GOOD)).toFixed(4)}, at p = ${BAD} it is ${(-Math.log(BAD)).toFixed(4)}.`,
    246,
    ...up,
    line(left, bottom, right, bottom),
    line(left, top, left, bottom),
    ...across,
    polyline(curve),
    mark(GOOD, 'accent'),
    mark(BAD, 'warm'),
    text((left + right) / 2, 236, 'predicted probability of the true class'),
    text(14, (top + bottom) / 2, 'loss, −log p', { turn: -90 }),
  );
}

/** CrossEntropyLoss is LogSoftmax followed by NLLLoss. */
export function crossEntropyLoss(): string {
  const target = 0;
  const logs = softmax(LOGITS).map(Math.log);
  const loss = -logs[target];
  const column = (x: number, values: readonly number[], digits: number): string =>
    values.map((v, i) => text(x, 74 + 26 * i, v.toFixed(digits).replace('-', '−'), { kind: i === target ? 'accent' : 'plain' })).join('');
  return svg(
    `CrossEntropyLoss is LogSoftmax followed by NLLLoss: scores ${LOGITS.join(', ')} of a sample of class ${target} become log-probabilities ${logs.map((v) => v.toFixed(2)).join(', ')}, and the loss is minus that of class ${target}, ${loss.toFixed(4)}.`,
    176,
    rect(52, 8, 244, 160, 'frame', 12),
    text(174, 26, 'nn.CrossEntropyLoss', { kind: 'strong' }),
    text(22, 42, 'scores', { kind: 'quiet' }),
    column(22, LOGITS, 1),
    arrow(36, 100, 62),
    rect(64, 52, 84, 96, 'box filled', 10),
    text(106, 92, 'LogSoftmax'),
    text(106, 112, 'yᵢ − log Σ eʸ', { kind: 'quiet' }),
    arrow(150, 100, 162),
    column(184, logs, 2),
    arrow(204, 100, 218),
    rect(220, 52, 66, 96, 'box filled', 10),
    text(253, 92, 'NLLLoss'),
    text(253, 112, `−log p₀`, { kind: 'quiet' }),
    arrow(288, 100, 308),
    text(336, 74, 'loss', { kind: 'quiet' }),
    text(337, 100, loss.toFixed(4), { kind: 'strong' }),
    text(174, 158, `class label ${target}`, { kind: 'quiet' }),
  );
}
