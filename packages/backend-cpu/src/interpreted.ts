/**
 * What serves where WebAssembly may not be compiled: the interpreter, after a warning.
 *
 * Invariant: a program is warned once.
 */
import type { Target } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';

const WARNING =
  'cpu: WebAssembly with SIMD may not be compiled here, so kernels are interpreted, which is slow. ' +
  "In a page, allow it with the policy script-src 'wasm-unsafe-eval'.";

let warned = false;

export function interpretedTarget(): Target {
  if (!warned) console.warn(WARNING);
  warned = true;
  return interpreterTarget('cpu');
}
