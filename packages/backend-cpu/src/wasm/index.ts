/**
 * A small assembler for WebAssembly, made for generating kernels at run time: values are built by nesting calls,
 * statements by a function's builder, and a module prints itself as bytes for the engine or as text for people.
 *
 *     const module = new ModuleBuilder();
 *     module.importMemory({ from: 'env', name: 'memory', minimum: 1 });
 *     const scale = module.exportFunction('scale', { x: 'i32', bytes: 'i32', by: 'f32' }, 'none');
 *     const { x, bytes, by } = scale.params;
 *     const factor = scale.let('factor', op('f32x4.splat', by));
 *     scale.for('i', 0, bytes, 16, (i) => {
 *       const p = scale.let('p', op('i32.add', x, i));
 *       scale.do(op('v128.store', p, op('f32x4.mul', op('v128.load', p), factor)));
 *     });
 *     new WebAssembly.Module(module.encode());
 *
 * `wat.ts` prints a module and `wide.ts` measures an experiment of V8's; both are loaded when they are asked for.
 */
export type { FunctionBuilder, Label, Parameters } from './code.js';
export { detectFeatures, understands, type Features } from './features.js';
export type { ResultType, ScalarType, Shape, ValueType } from './instruction.js';
export { ModuleBuilder, type FunctionImport, type MemoryImport } from './module.js';
export type { Op } from './opcodes.js';
export { at, call, constant, laneOp, op, select, shuffle, tee } from './value.js';
export type { Callable, Local, Operand, Value } from './value.js';
