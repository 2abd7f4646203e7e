/**
 * Spectra of short pieces of a signal that overlap, and the signal from such spectra.
 *
 *   X[k, t] = Σ_j window_j x_{t·hop + j} e^(−2πijk/n)
 *
 * Invariant: made of windowed views and `rfft`, so gradients reach the signal and the window. The inverse is the signal
 * whose spectra are nearest to those given: pieces times the window are added up and divided by the sum of its squares.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.stft.html; Griffin & Lim, Signal estimation from modified
 * short-time Fourier transform (1984).
 */
import { ArgumentError, defineOp, NO_ATTRS, record, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { parts, requireInteger } from '../families/index.js';
import { constantPadNd, expand, foldWindows, mul, narrow, ones, pad, squeeze, transpose, trueDivide, unfold, unsqueeze, type PadMode } from '../index.js';
import { givenBy, signalOf } from './arguments.js';
import { complexParts, type Complex, type ComplexParts, type Signal } from './complex.js';
import { fft, ifft, irfft, rfft } from './line.js';

/** Pieces of a signal. */
interface PieceOptions {
  /** Points between the beginnings of pieces. Default: a quarter of `nFft`. */
  readonly hopLength?: number | null;
  /** Points of the window, which stands in the middle of a piece. Default: `nFft`. */
  readonly winLength?: number | null;
  /** Weights of a piece's points, such as `hannWindow(winLength)`. Default: ones. */
  readonly window?: Tensor | null;
  /** Whether piece t has point t·hop in its middle, rather than at its beginning. Default: true. */
  readonly center?: boolean;
  /** Whether spectra are divided by √nFft. Default: false. */
  readonly normalized?: boolean;
  /** Whether there are frequencies up to n/2 only. Default: of real signals. */
  readonly onesided?: boolean | null;
}

export interface StftOptions extends PieceOptions {
  /** What stands before and after a centred signal. Default: 'reflect'. */
  readonly padMode?: PadMode;
  /** There is no other form; `viewAsReal` gives that of `return_complex=False`. */
  readonly returnComplex?: true;
}

export interface IstftOptions extends PieceOptions {
  /** Points of the result. Default: as many as there are. */
  readonly length?: number | null;
  /** Whether the signal is complex, which takes all frequencies. Default: false. */
  readonly returnComplex?: boolean;
}

const COMMON: readonly (keyof PieceOptions)[] = ['hopLength', 'winLength', 'window', 'center', 'normalized', 'onesided'];

/** Lengths, checked, and the window of a whole piece; null for ones. */
function piecesOf(op: string, { dtype, device }: Tensor, nFft: number, { hopLength, winLength, window }: PieceOptions): { hop: number; window: Tensor | null } {
  requireInteger(op, 'nFft', nFft, 1);
  const hop = requireInteger(op, 'hopLength', hopLength ?? Math.floor(nFft / 4), 1);
  const width = requireInteger(op, 'winLength', winLength ?? nFft, 1);
  if (width > nFft) throw new ArgumentError(`${op}: winLength must be at most nFft = ${nFft}, got ${width}.`);
  if (window !== null && window !== undefined) {
    requireTensor(op, window, 'window');
    if (window.ndim !== 1 || window.shape[0] !== width) throw new ShapeError(`${op}: window is ${shapeText(window.shape)}, expected [${width}], the length of a window.`);
  }
  const given = window ?? (width < nFft ? ones([width], { dtype, device }) : null);
  const before = Math.floor((nFft - width) / 2);
  return { hop, window: given === null || width === nFft ? given : constantPadNd(given, [before, nFft - width - before]) };
}

/**
 * The spectra of pieces of a signal, each of `nFft` points, `hopLength` apart.
 *
 * @param input [L] or [B, L], real or `{ real, imag }`
 * @param options `hopLength`, also in the third place; `winLength`, `window`, `center`, `padMode`, `normalized`, `onesided`
 * @returns `{ real, imag }` [..., frequencies, pieces]
 * @throws ArgumentError, ShapeError, DTypeError.
 * @example
 * const { real } = stft(tensor([1, 2, 3, 4]), 2, { hopLength: 2, center: false });
 * real;                                                  // [[3, 7], [-1, -1]]
 * @see https://pytorch.org/docs/stable/generated/torch.stft.html
 */
export function stft(input: Signal, nFft: number, hopLength?: number | null | StftOptions, options?: StftOptions): Complex {
  const op = 'stft';
  const given = givenBy<StftOptions>(op, ['hopLength', ...COMMON.slice(1), 'padMode', 'returnComplex'], [hopLength, options]);
  if ((given.returnComplex as boolean | undefined) === false) throw new ArgumentError(`${op}: returnComplex can only be true. Use viewAsReal(stft(…)) for parts along a last dimension.`);
  const x = signalOf(op, input);
  const { ndim } = x[0];
  if (ndim !== 1 && ndim !== 2) throw new ShapeError(`${op}: got ${shapeText(x[0].shape)}, expected [length] or [batch, length].`);
  const { hop, window } = piecesOf(op, x[0], nFft, given);
  const { center = true, padMode = 'reflect', normalized = false } = given;
  const isReal = x.length === 1;
  const onesided = given.onesided ?? isReal;
  if (onesided && !isReal) throw new ArgumentError(`${op}: complex numbers have frequencies above n/2 too. Leave onesided out.`);
  const pieces = x.map((part) => {
    const room = center ? Math.floor(nFft / 2) : 0;
    const padded = room === 0 ? part : squeeze(pad(unsqueeze(part, 0), [room, room], padMode), 0);
    if (nFft > padded.shape[ndim - 1]) throw new ShapeError(`${op}: pieces of ${nFft} points do not fit into ${padded.shape[ndim - 1]}. Use a smaller nFft, or center.`);
    const views = unfold(padded, -1, nFft, hop);
    return window === null ? views : mul(views, window);
  });
  const norm = normalized ? 'ortho' : 'backward';
  const signal = isReal ? pieces[0] : { real: pieces[0], imag: pieces[1] };
  const { real, imag } = onesided ? rfft(pieces[0], { norm }) : fft(signal, { norm });
  return parts({ real: transpose(real, -1, -2), imag: transpose(imag, -1, -2) });
}

/** The smallest sum of squares of windows that a point may be divided by. */
const LEAST = 1e-11;

/** Passes the sums on, or throws when they are read and one is 0: nothing is computed before. */
const COVERED = /* @__PURE__ */ defineOp({
  name: 'istftCovered',
  form: 'routine',
  routine: ([{ data }], out) => {
    const gap = (data as Float32Array).findIndex((sum) => !(Math.abs(sum) > LEAST));
    if (gap !== -1) throw new ArgumentError(`istft: no window covers point ${gap}, so nothing says what it was. Use center, a smaller hopLength, or another window.`);
    (out.data as Float32Array).set(data as Float32Array);
  },
  grad: (g) => [g],
});

/** Pieces [..., pieces, nFft] added up where they came from, and cut. */
function addedUp(pieces: Tensor, hop: number, start: number, end: number): Tensor {
  const [count, n] = pieces.shape.slice(-2);
  const whole = [...pieces.shape.slice(0, -2), n + hop * (count - 1)];
  const sum = foldWindows(pieces, whole, { dims: [-1], kernel: n, stride: hop });
  return narrow(sum, -1, start, Math.min(end, whole[whole.length - 1]) - start);
}

/**
 * The signal whose `stft` is this, or comes nearest to it.
 *
 * @param input `{ real, imag }` [frequencies, pieces] or [B, frequencies, pieces]
 * @param nFft points of a piece
 * @param options as of `stft`, but no `padMode`; `length`; `returnComplex`: the signal is complex
 * @returns [length] or [B, length]; `{ real, imag }` with `returnComplex`
 * @throws ArgumentError, ShapeError, DTypeError; ArgumentError on reading when no window covers a point.
 * @example
 * const window = hannWindow(4);
 * const spectra = stft(tensor([1, 2, 3, 4, 5, 6]), 4, { window });
 * istft(spectra, 4, { window, length: 6 });              // [1, 2, 3, 4, 5, 6]
 * @see https://pytorch.org/docs/stable/generated/torch.istft.html
 */
export function istft(input: ComplexParts, nFft: number, options: IstftOptions & { readonly returnComplex: true }): Complex;
export function istft(input: ComplexParts, nFft: number, hopLength?: number | null | IstftOptions, options?: IstftOptions): Tensor;
export function istft(input: ComplexParts, nFft: number, hopLength?: number | null | IstftOptions, options?: IstftOptions): Tensor | Complex {
  const op = 'istft';
  const given = givenBy<IstftOptions>(op, [...COMMON, 'length', 'returnComplex'], [hopLength, options]);
  const [real, imag] = complexParts(op, input);
  if (real.ndim !== 2 && real.ndim !== 3) throw new ShapeError(`${op}: got ${shapeText(real.shape)}, expected [frequencies, pieces] or [batch, frequencies, pieces].`);
  const { hop, window } = piecesOf(op, real, nFft, given);
  const { center = true, normalized = false, length, returnComplex = false } = given;
  const [frequencies, count] = real.shape.slice(-2);
  const onesided = given.onesided ?? frequencies !== nFft;
  const expected = onesided ? Math.floor(nFft / 2) + 1 : nFft;
  if (frequencies !== expected) throw new ShapeError(`${op}: got ${frequencies} frequencies, expected ${expected} for nFft = ${nFft}.`);
  if (count === 0) throw new ShapeError(`${op}: got no pieces, ${shapeText(real.shape)}.`);
  if (hop > (given.winLength ?? nFft)) throw new ArgumentError(`${op}: hopLength must be at most winLength, got ${hop}.`);
  if (returnComplex && onesided) throw new ArgumentError(`${op}: a complex signal has frequencies above n/2 too. Leave returnComplex out.`);

  const start = center ? Math.floor(nFft / 2) : 0;
  const all = nFft + hop * (count - 1);
  const end = length === null || length === undefined ? all - start : start + requireInteger(op, 'length', length, 0);
  const weights = window ?? ones([nFft], { dtype: real.dtype, device: real.device });
  const squares = addedUp(expand(mul(weights, weights), [count, nFft]), hop, start, end);
  const covered = record(COVERED, [squares], NO_ATTRS, squares.shape, squares.dtype);
  const signal = (pieces: Tensor): Tensor => {
    const y = trueDivide(addedUp(mul(pieces, weights), hop, start, end), covered);
    return end > all ? constantPadNd(y, [0, end - all]) : y;
  };
  const norm = normalized ? 'ortho' : 'backward';
  const spectra = { real: transpose(real, -1, -2), imag: transpose(imag, -1, -2) };
  if (onesided) return signal(irfft(spectra, nFft, { norm }));
  const pieces = ifft(spectra, { norm });
  return returnComplex ? parts({ real: signal(pieces.real), imag: signal(pieces.imag) }) : signal(pieces.real);
}
