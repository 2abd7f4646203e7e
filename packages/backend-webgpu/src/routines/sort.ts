/**
 * Sorting on the device: the positions of each row's elements in order, or the first of them, by a network of
 * compare-and-swap steps. One dispatch is one step of the network for all rows.
 *
 *   for size = 2, 4, … n:  for apart = size/2, size/4, … 1:  elements `apart` from each other, in runs of `size`, swap
 *
 * Elements become unsigned keys that order as they do (NaN last, −0 as 0), and equal keys are ordered by position, so the
 * sort is stable and gives the positions that the routine would.
 *
 * Invariant: rows are padded to a power of two with keys that nothing comes after.
 *
 * Reference: Batcher, Sorting networks and their applications (1968); M. Herf, Radix tricks (2001), for the keys.
 */
import { sizeOf, type DType, type Shape } from '@sconce/core';
import type { Buffer, Kernel } from '@sconce/compiler';
import type { BuiltKernel, Step } from '../build.js';
import { dispatchShape, groupNumber, type Program } from '../wgsl/program.js';

export interface Sort {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly dim: number;
  readonly descending: boolean;
  /** How many of each row's first positions are asked for. */
  readonly count: number;
}

export interface BuiltSort {
  readonly kernel: Kernel;
  readonly built: BuiltKernel;
  /** The network's steps, as the numbers that its dispatches read. */
  readonly scalars: readonly number[];
}

const SIZE = 64;

/** A key for 16-bit floats; `infinity` is the magnitude beyond which bits mean NaN. */
const half = (infinity: string): string => `let magnitude = word & 0x7fffu;
  if (magnitude > ${infinity}) { return 0xffffu; }
  if (magnitude == 0u) { return 0x8000u; }
  return select(word | 0x8000u, ~word & 0xffffu, word > 0x7fffu);`;

const integer = 'return word ^ 0x80000000u;';

/** The body of `key_of(word: u32) -> u32`. */
const KEYS: Partial<Record<DType, string>> = {
  float32: `let magnitude = word & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return 0xffffffffu; }
  if (magnitude == 0u) { return 0x80000000u; }
  return select(word | 0x80000000u, ~word, word >= 0x80000000u);`,
  float16: half('0x7c00u'),
  bfloat16: half('0x7f80u'),
  int32: integer,
  int8: integer,
  uint8: integer,
  bool: integer,
};

/** Elements of scratch memory that a sort takes, twice. */
export const paddedSize = ({ shape, dim }: Sort): number => {
  const length = shape[dim] ?? 1;
  return (sizeOf(shape) / length) * 2 ** Math.ceil(Math.log2(length));
};

const word = (label: string, size: number, access: Buffer['access']): Buffer => ({ label, storage: 'int32', size, access, scope: 'global' });

/** A program of one invocation for each of `count` places; `body` speaks of `p`. */
function programOf(name: string, buffers: readonly Buffer[], count: number, body: string, helpers = '', scalars: readonly string[] = []): Program {
  const workgroups = Math.ceil(count / SIZE);
  const declared = buffers.map((b, i) => `@group(0) @binding(${i}) var<storage, ${b.access === 'read' ? 'read' : 'read_write'}> ${b.label}: array<u32>;`);
  const params = scalars.length === 0 ? [] : [`struct Params { ${scalars.map((s) => `${s}: u32`).join(', ')} }`, '@group(1) @binding(0) var<uniform> params: Params;'];
  const code = [
    `// ${name}`,
    ...declared,
    ...params,
    ...(helpers === '' ? [] : [helpers]),
    `@compute @workgroup_size(${SIZE})`,
    'fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {',
    `  let p = ${groupNumber(workgroups)} * ${SIZE}u + lane;`,
    `  if (p >= ${count}u) { return; }`,
    ...body.split('\n').map((l) => `  ${l}`),
    '}',
  ].join('\n');
  const kernel: Kernel = { name, grid: [], stages: [], buffers, scalars: scalars.map(() => 'int32') };
  return { kernel, code: `${code}\n`, workgroups: dispatchShape(workgroups), checks: [], readsZero: false };
}

/** Builds the sort of a tensor's rows; null for a dtype that has no key. */
export function buildSort(sort: Sort): BuiltSort | null {
  const { shape, dtype, dim, descending, count } = sort;
  const key = KEYS[dtype];
  if (key === undefined) return null;
  const length = shape[dim] ?? 1;
  const inner = sizeOf(shape.slice(dim + 1));
  const padded = paddedSize(sort);
  const row = 2 ** Math.ceil(Math.log2(length));
  const size = sizeOf(shape);
  const given = (size / length) * count;
  const name = `argsort ${shape.join('x')}`;
  // Where element i of a row stands in the tensor.
  const place = `let row = p / ${row}u;\nlet i = p % ${row}u;\nlet at = ((row / ${inner}u) * ${length}u + i) * ${inner}u + row % ${inner}u;`;

  const keys = programOf(
    `${name}: keys`,
    [word('x', size, 'read'), word('keys', padded, 'write'), word('positions', padded, 'write')],
    padded,
    `${place}
positions[p] = i;
keys[p] = 0xffffffffu;
if (i < ${length}u) { keys[p] = ${descending ? '~' : ''}key_of(x[at]); }`,
    `fn key_of(word: u32) -> u32 {\n  ${key}\n}`,
  );
  const step = programOf(
    `${name}: step`,
    [word('keys', padded, 'readwrite'), word('positions', padded, 'readwrite')],
    padded / 2,
    `let a = 2u * params.apart * (p / params.apart) + p % params.apart;
let b = a + params.apart;
let isUp = ((a % ${row}u) & params.size) == 0u;
let isAfter = keys[a] > keys[b] || (keys[a] == keys[b] && positions[a] > positions[b]);
if (isAfter == isUp) {
  let key = keys[a];
  let position = positions[a];
  keys[a] = keys[b];
  positions[a] = positions[b];
  keys[b] = key;
  positions[b] = position;
}`,
    '',
    ['size', 'apart'],
  );
  const last = programOf(
    `${name}: positions`,
    [word('positions', padded, 'read'), word('out', given, 'write')],
    padded,
    `let row = p / ${row}u;
let i = p % ${row}u;
if (i < ${count}u) { out[((row / ${inner}u) * ${count}u + i) * ${inner}u + row % ${inner}u] = positions[p]; }`,
  );

  const network: number[] = [];
  for (let run = 2; run <= row; run *= 2) for (let apart = run / 2; apart >= 1; apart /= 2) network.push(run, apart);
  const [k, positions] = [{ scratch: 0 }, { scratch: 1 }];
  const steps: Step[] = [{ program: keys, sources: [{ slot: 0 }, k, positions], scalars: [] }];
  for (let i = 0; i < network.length; i += 2) steps.push({ program: step, sources: [k, positions], scalars: [i, i + 1] });
  steps.push({ program: last, sources: [positions, { slot: 1 }], scalars: [] });

  const kernel: Kernel = { name, grid: [], stages: [], buffers: [word('x', size, 'read'), word('out', given, 'write')], scalars: network.map(() => 'int32') };
  return { kernel, built: { kernel, steps, scratch: [4 * padded, 4 * padded] }, scalars: network };
}
