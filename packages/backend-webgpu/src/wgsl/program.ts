/**
 * A program: one kernel as WGSL, and how to dispatch it.
 *
 * Bindings: group 0 holds the kernel's buffers in slot order; group 1 holds the runtime scalars, and the record that a
 * failed index check is written into, where the kernel has any.
 *
 * Invariant: the code depends on the kernel's structure alone, so equal kernels print equally.
 */
import type { IndexCheck } from '@sconce/core';
import type { Kernel } from '@sconce/compiler';
import { storedType } from './elements.js';
import type { Emitter } from './emitter.js';

export interface Program {
  readonly kernel: Kernel;
  readonly code: string;
  /** Workgroups along x, y and z. */
  readonly workgroups: readonly [number, number, number];
  /** Index checks by the numbers that the code records. */
  readonly checks: readonly IndexCheck[];
  /** Whether the code reads a 0 that its compiler does not know of. */
  readonly readsZero: boolean;
}

const SCALARS: Readonly<Record<string, string>> = { float32: 'f32', int32: 'i32', bool: 'u32' };

/** Whether the kernel reads the uniform buffer: scalars, the ticket that a failed check records, or the 0. */
export const hasParams = (program: Pick<Program, 'kernel' | 'checks' | 'readsZero'>): boolean =>
  program.kernel.scalars.length > 0 || program.checks.length > 0 || program.readsZero;

/** Failed checks that the record has room for. */
export const FAILURES = 20;

const FAULT = `struct Failure { position: u32, value: i32, check: u32 }
struct Fault { ticket: atomic<u32>, position: atomic<u32>, count: atomic<u32>, canary: u32, failures: array<Failure, ${FAILURES}> }
@group(1) @binding(1) var<storage, read_write> fault: Fault;

// An index out of range counts as 0. Of the first kernel that has one, those are recorded that stand before all so far.
fn check_index(check: u32, size: i32, value: i32, position: i32) -> i32 {
  if (value >= 0 && value < size) { return value; }
  let place = u32(position);
  if (atomicMin(&fault.ticket, params.ticket) >= params.ticket && (atomicMin(&fault.position, place) > place || position < 0)) {
    let i = atomicAdd(&fault.count, 1u);
    if (i < ${FAILURES}u) { fault.failures[i] = Failure(place, value, check); }
  }
  return 0;
}`;

export interface ProgramParts {
  readonly kernel: Kernel;
  readonly emitter: Emitter;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Workgroups that the kernel needs in all. */
  readonly workgroups: number;
  readonly vectorSlots?: ReadonlySet<number>;
  /** Declarations of workgroup memory. */
  readonly declarations?: readonly string[];
  /** Whether the body speaks of its subgroup: `member` of `members`. */
  readonly subgroups?: boolean;
}

/** How many workgroups may stand along one dimension, on every device. */
const MOST_GROUPS = 65535;

/** The shape of a dispatch of this many workgroups. */
export function dispatchShape(workgroups: number): [number, number, number] {
  return workgroups <= MOST_GROUPS ? [workgroups, 1, 1] : [MOST_GROUPS, Math.ceil(workgroups / MOST_GROUPS), 1];
}

/** The number of this workgroup, as WGSL. */
export const groupNumber = (workgroups: number): string => (workgroups <= MOST_GROUPS ? 'group.x' : `(group.y * ${MOST_GROUPS}u + group.x)`);

/** Puts a program together around the body that the emitter holds. */
export function assemble({ kernel, emitter, workgroupSize, workgroups, vectorSlots, declarations = [], subgroups = false }: ProgramParts): Program {
  const checks = emitter.checks.map((x) => x.check);
  const buffers = kernel.buffers.map((b, slot) => {
    const access = b.access === 'read' ? 'read' : 'read_write';
    return `@group(0) @binding(${slot}) var<storage, ${access}> ${b.label}: array<${storedType(b.storage, vectorSlots?.has(slot) === true ? 4 : 1)}>;`;
  });
  const readsZero = emitter.helpers.has('rounded');
  const fields = [...(checks.length > 0 ? ['ticket: u32'] : []), ...(readsZero ? ['zero: u32'] : []), ...kernel.scalars.map((t, i) => `s${i}: ${SCALARS[t]}`)];
  const params = fields.length === 0 ? [] : [`struct Params { ${fields.join(', ')} }`, '@group(1) @binding(0) var<uniform> params: Params;'];
  const builtins = ['@builtin(workgroup_id) group: vec3<u32>', '@builtin(local_invocation_index) lane: u32'];
  if (subgroups) builtins.push('@builtin(subgroup_invocation_id) member: u32', '@builtin(subgroup_size) members: u32');
  const code = [
    `// ${kernel.name}`,
    ...(subgroups ? ['enable subgroups;'] : []),
    ...buffers,
    ...params,
    ...(checks.length > 0 ? [FAULT] : []),
    ...declarations,
    emitter.helpers.text(),
    `@compute @workgroup_size(${workgroupSize})`,
    `fn main(${builtins.join(', ')}) {`,
    ...emitter.body.map((l) => `  ${l}`),
    '}',
  ];
  return { kernel, code: `${code.filter((l) => l !== '').join('\n')}\n`, workgroups: dispatchShape(workgroups), checks, readsZero };
}
