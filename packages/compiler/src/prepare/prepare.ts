/**
 * Preparing a kernel for its target: derived instructions are expanded, conversions of 16-bit floats become explicit, and
 * loads that might fall outside their buffer are clamped into it.
 *
 * Invariant: afterwards a kernel holds only basic instructions and those that the target computes itself, and every load
 * is inside its buffer, or at most `slackBytes` outside where its value is not used.
 */
import { dtypeBytes, InternalError, type DType, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { decodeBits, encodeBits, isHalf } from './convert.js';
import { mapKernel, rewriter, type Kernel } from '../kernel/ir.js';
import { rangeOf } from '../expr/range.js';
import { simplifier } from '../expr/simplify.js';
import type { Target } from '../target.js';

/** A kernel in the instructions that a target has. */
export function prepare(kernel: Kernel, target: Pick<Target, 'native' | 'slackBytes'>): Kernel {
  const simplify = simplifier();
  const expand = expander(target);
  const clamp = clamper(kernel, target.slackBytes);
  const explicit = convertStorage(mapKernel(kernel, simplify));
  return mapKernel(explicit, (x) => simplify(clamp(expand(x))));
}

/** Replaces derived instructions by their expansions, and those by theirs, down to what the target has. */
function expander(target: Pick<Target, 'native'>): (x: Expr) => Expr {
  const expand: (x: Expr) => Expr = rewriter((x) => {
    if (x.op !== 'derived') return x;
    const from = x.args[0].dtype;
    if (target.native(x.row, from)) return x;
    const expansion = x.row[from];
    if (expansion === undefined) throw new InternalError(`instruction '${x.row.name}' has no expansion for ${from}.`);
    return expand(expansion(...x.args));
  });
  return expand;
}

/** Loads and stores of 16-bit floats as loads and stores of their bits. */
function convertStorage(kernel: Kernel): Kernel {
  if (!kernel.buffers.some((b) => isHalf(b.storage))) return kernel;
  const halves = kernel.buffers.map((b) => (isHalf(b.storage) ? b.storage : null));
  const loads = rewriter((x) => {
    if (x.op !== 'load') return x;
    const half = halves[x.slot];
    return half === null ? x : decodeBits({ ...x, dtype: 'int32', storage: 'bits16' as DType }, half);
  });
  const mapped = mapKernel(kernel, loads);
  return {
    ...mapped,
    stages: mapped.stages.map((s) => {
      const half = s.kind === 'reduce' ? null : halves[s.slot];
      if (half === null || s.kind === 'reduce') return s;
      if (s.kind !== 'store') throw new InternalError(`a ${s.kind} into ${half}, expected float32.`);
      return { ...s, value: encodeBits(s.value, half) };
    }),
    buffers: mapped.buffers.map((b) => (isHalf(b.storage) ? { ...b, storage: 'bits16' } : b)),
  };
}

function clamper(kernel: Kernel, slackBytes: number): (x: Expr) => Expr {
  return rewriter((x) => {
    if (x.op !== 'load') return x;
    const { size, storage } = kernel.buffers[x.slot];
    const range = rangeOf(x.args[0]);
    const slack = Math.floor(slackBytes / (storage === 'bits16' ? 2 : dtypeBytes(storage)));
    if (range !== null && range[0] >= -slack && range[1] < size + slack) return x;
    const inside = e.max(e.min(x.args[0], Math.max(size - 1, 0)), 0);
    return { ...x, args: [inside] };
  });
}
