/**
 * What PyTorch 1.13 answers, in float64 (`golden/record.py`): densities, moments, entropies, divergences and transforms,
 * with gradients. In float64 to the digits that it wrote; in float32, which goes on both backends, to those that it has.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grad, numbersOf, setDefaultDevice, Tensor, tensor, use, useSync, type DType, type TensorData } from '@sconce/core';
import { cpuSync } from '@sconce/backend-cpu/sync';
import { webgpu } from '@sconce/backend-webgpu';
import { broadcastShapes, expand, reshape, select, sum } from '@sconce/ops';
import { softwareGpu } from '@sconce/testing/adapter';
import { beforeAll, describe, expect, test } from 'vitest';
import * as d from './index.js';
import { gammaSlope } from './sampling/gamma.js';

type Nested = number | string | readonly Nested[];
type Spec = Nested | { readonly t?: Nested; readonly d?: string; readonly x?: string; readonly c?: string; readonly o?: Record<string, Spec>; readonly a?: readonly Spec[] } | readonly Spec[];

interface Case {
  readonly dist: Spec;
  readonly batch: readonly number[];
  readonly event: readonly number[];
  readonly value: Nested;
  readonly logProb: Nested;
  readonly slopes: readonly (Nested | null)[] | null;
  readonly entropySlopes?: readonly (Nested | null)[] | null;
  readonly [name: string]: unknown;
}
interface Recorded {
  readonly distributions: readonly Case[];
  readonly divergences: readonly { readonly p: Spec; readonly q: Spec; readonly kl: Nested; readonly slopes: readonly (Nested | null)[] | null }[];
  readonly transforms: readonly { readonly transform: Spec; readonly x: Nested; readonly y: Nested; readonly inverse: Nested; readonly domain: number; readonly codomain: number; readonly logAbsDetJacobian?: Nested }[];
  readonly registries: readonly { readonly registry: 'bijectTo' | 'transformTo'; readonly constraint: Spec; readonly x: Nested; readonly y: Nested }[];
  readonly gammaSlopes: readonly (readonly [number, number, number])[];
}

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/recorded.json'), 'utf8')) as Recorded;

// ── building what is written ─────────────────────────────────────────────────────────────────────────────────────────

type Maker = new (...args: unknown[]) => object;

/** Builds from a specification; its tensors go into `leaves`, in order. */
function build(spec: Spec, dtype: DType, leaves: Tensor[] = []): unknown {
  if (typeof spec !== 'object') return spec;
  if (Array.isArray(spec)) return (spec as Spec[]).map((s) => build(s, dtype, leaves));
  const { t, d: name, x, c, o, a = [] } = spec as Exclude<Spec, Nested | readonly Spec[]>;
  if (t !== undefined) {
    const leaf = tensor(t as TensorData, { dtype }).requiresGrad_();
    leaves.push(leaf);
    return leaf;
  }
  if (o !== undefined) return Object.fromEntries(Object.entries(o).map(([key, s]) => [key, build(s, dtype, leaves)]));
  const args = a.map((s) => build(s, dtype, leaves));
  if (c !== undefined) {
    const constraint = (d.constraints as Readonly<Record<string, unknown>>)[c];
    return typeof constraint === 'function' ? (constraint as (...bounds: unknown[]) => unknown)(...args) : constraint;
  }
  const [own, inverse] = (name ?? x)!.split('.');
  const made = new ((d as unknown as Record<string, Maker>)[own])(...(own === 'AffineTransform' && args.length === 3 ? [args[0], args[1], { eventDim: args[2] }] : args));
  return inverse === undefined ? made : (made as d.Transform).inv;
}

const title = (spec: Spec): string => JSON.stringify(spec).replace(/"|[{}]|\bt:|\ba:/g, '');

// ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Tolerance {
  readonly dtype: DType;
  /** Of the greatest magnitude among the expected numbers that are finite. */
  readonly relative: number;
}

const FLOAT64: Tolerance = { dtype: 'float64', relative: 1e-8 };
const FLOAT32: Tolerance = { dtype: 'float32', relative: 3e-5 };
/**
 * PyTorch computes von Mises' Bessel functions by polynomials of seven digits; near ½ the continuous Bernoulli distribution's
 * formulas cancel; plain numbers are float32.
 */
function looser(spec: Spec, { dtype, relative }: Tolerance): Tolerance {
  const text = title(spec);
  if (text.includes('ContinuousBernoulli') && dtype === 'float32') return { dtype, relative: 5e-4 };
  return { dtype, relative: text.includes('VonMises') || !text.includes('t:') ? Math.max(relative, 2e-5) : relative };
}

const flat = (x: Nested): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

async function compare(what: string, got: Tensor | null, want: Nested, { relative }: Tolerance): Promise<void> {
  if (got === null) return expect.fail(`${what} has no gradient`);
  const values = Array.from(numbersOf(await got.data(), got.dtype));
  const wanted = flat(want);
  expect(values.length, what).toBe(wanted.length);
  const scale = Math.max(1e-3, ...wanted.filter(Number.isFinite).map(Math.abs));
  wanted.forEach((w, i) => {
    const isSame = Object.is(values[i], w) || values[i] === w || Math.abs(values[i] - w) <= relative * scale;
    if (!isSame) expect.fail(`${what}, element ${i}: ${values[i]}, PyTorch ${w}`);
  });
}

async function compareSlopes(what: string, result: Tensor, leaves: readonly Tensor[], wanted: readonly (Nested | null)[] | null | undefined, tolerance: Tolerance): Promise<void> {
  if (!wanted) return;
  const known = leaves.filter((_, i) => wanted[i] !== null && wanted[i] !== undefined);
  const found = grad(sum(result), known, { retainGraph: true, allowUnused: true });
  for (const [i, want] of wanted.filter((w) => w !== null).entries()) await compare(`the gradient of ${what} for parameter ${i}`, found[i], want, tolerance);
}

/** Log probabilities as those of a larger batch. */
async function spread(density: Tensor, { batchShape }: d.Distribution): Promise<Nested> {
  return (await expand(density, [...broadcastShapes(density.shape, batchShape)]).toArray()) as Nested;
}

async function checkDistribution(recordedCase: Case, tolerance: Tolerance): Promise<void> {
  const { dist: spec, batch, event, value, logProb, slopes, entropySlopes } = recordedCase;
  const { dtype } = tolerance;
  const leaves: Tensor[] = [];
  const dist = build(spec, dtype, leaves) as d.Distribution;
  expect([dist.batchShape, dist.eventShape]).toEqual([batch, event]);
  const at = tensor(value as TensorData, { dtype });
  const inputs = slopes !== null && slopes.length > leaves.length ? [...leaves, at.requiresGrad_()] : leaves;
  const density = dist.logProb(at);
  await compare('logProb', density, logProb, tolerance);
  await compareSlopes('logProb', density, inputs, slopes, tolerance);
  for (const name of ['mean', 'mode', 'variance', 'stddev'] as const) {
    if (recordedCase[name] !== undefined) await compare(name, dist[name], recordedCase[name] as Nested, tolerance);
  }
  if (recordedCase.entropy !== undefined) {
    const entropy = dist.entropy();
    await compare('entropy', entropy, recordedCase.entropy as Nested, tolerance);
    await compareSlopes('entropy', entropy, leaves, entropySlopes, tolerance);
  }
  if (recordedCase.cdf !== undefined) await compare('cdf', dist.cdf(at), recordedCase.cdf as Nested, tolerance);
  if (recordedCase.icdf !== undefined) {
    const u = reshape(tensor([0.05, 0.3, 0.5, 0.72, 0.97], { dtype }), [-1, ...batch.map(() => 1)]);
    await compare('icdf', dist.icdf(u), recordedCase.icdf as Nested, tolerance);
  }
  if (recordedCase.enumerateSupport !== undefined) await compare('enumerateSupport', dist.enumerateSupport(), recordedCase.enumerateSupport as Nested, tolerance);
  const larger = dist.expand([2, ...batch]);
  expect([larger.batchShape, larger.eventShape, larger.constructor]).toEqual([[2, ...batch], event, dist.constructor]);
  await compare('logProb of the expanded', larger.logProb(select(at.detach(), 0, 0)), await spread(select(density, 0, 0), larger), tolerance);
}

// ── the tests ────────────────────────────────────────────────────────────────────────────────────────────────────────

beforeAll(async () => {
  useSync(cpuSync());
  await use(webgpu({ gpu: await softwareGpu() }));
  setDefaultDevice('cpu');
});

describe.each([FLOAT64, FLOAT32])('in $dtype', (tolerance) => {
  test.each(recorded.distributions.map((one) => [title(one.dist), one] as const))('%s', (_, one) => checkDistribution(one, looser(one.dist, tolerance)));

  test.each(recorded.divergences.map((one) => [title(one.p), title(one.q), one] as const))('KL of %s and %s', async (_p, _q, one) => {
    const leaves: Tensor[] = [];
    const [p, q] = [build(one.p, tolerance.dtype, leaves), build(one.q, tolerance.dtype, leaves)] as d.Distribution[];
    const divergence = d.klDivergence(p, q);
    await compare('KL', divergence, one.kl, tolerance);
    await compareSlopes('KL', divergence, leaves, one.slopes, tolerance);
  });

  test.each(recorded.transforms.map((one) => [title(one.transform), one] as const))('%s', async (_, one) => {
    const f = build(one.transform, tolerance.dtype) as d.Transform;
    const x = tensor(one.x as TensorData, { dtype: tolerance.dtype });
    const y = f.forward(x);
    await compare('forward', y, one.y, tolerance);
    await compare('inverse', f.inv.forward(y), one.inverse, tolerance);
    expect(f.inv.inv).toBe(f);
    expect([f.domain.eventDim, f.codomain.eventDim]).toEqual([one.domain, one.codomain]);
    expect([f.forwardShape(x.shape), f.inverseShape(y.shape)]).toEqual([y.shape, x.shape]);
    if (one.logAbsDetJacobian !== undefined) await compare('logAbsDetJacobian', f.logAbsDetJacobian(x, y), one.logAbsDetJacobian, tolerance);
  });

  test.each(recorded.registries.map((one) => [one.registry, title(one.constraint), one] as const))('%s %s', async (_r, _c, one) => {
    const f = d[one.registry](build(one.constraint, tolerance.dtype) as d.Constraint);
    await compare('y', f.forward(tensor(one.x as TensorData, { dtype: tolerance.dtype })), one.y, tolerance);
  });
});

describe('on WebGPU', () => {
  beforeAll(() => setDefaultDevice('webgpu'));
  const elementwise = /^d:(Normal|Laplace|Gumbel|Beta|Gamma|StudentT|Bernoulli|Categorical|Poisson|VonMises|Dirichlet|MixtureSameFamily|TransformedDistribution)/;
  test.each(recorded.distributions.filter((one) => elementwise.test(title(one.dist))).map((one) => [title(one.dist), one] as const))('%s', (_, one) => checkDistribution(one, FLOAT32));
});

test.each(recorded.gammaSlopes)('the slope of a gamma number: concentration %d at %d', (alpha, x, want) => {
  expect(Math.abs(gammaSlope(alpha, x) / want - 1)).toBeLessThan(2e-3);
});
