/**
 * A small assembler for WebAssembly, made for generating kernels at run time: a module holds functions as data (`tree.ts`)
 * and prints itself as bytes for the engine or as text for people.
 *
 * Kernels make that data from terms (`code/`). By hand, values are built by nesting calls, statements by a function's
 * builder, and both are checked as they are made (`builder.ts`):
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
 * `builder.ts`, `wat.ts`, which prints a module, and `wide.ts`, which measures an experiment of V8's, come with what is
 * loaded when it is asked for.
 */
export { detectFeatures, understands, type Features } from './features.js';
export { instruction, type ResultType, type ScalarType, type Shape, type ValueType } from './instruction.js';
export { Module, type FunctionImport, type MemoryImport } from './module.js';
export type { Op } from './opcodes.js';
export type * from './tree.js';
