/**
 * jax-js on its WebAssembly backend, under `jit`. Its arrays are consumed by use: `.ref` keeps one.
 *
 * Reference: https://jax-js.com/docs/
 */
import { defaultDevice, init } from '@jax-js/jax';
import { inProcess, type Library } from '../library.js';
import { expressions } from './expressions.js';
import { networks } from './networks.js';

export async function loadJaxjs(version: string): Promise<Library> {
  await init('wasm');
  defaultDevice('wasm');
  return inProcess('jax-js', version, { ...expressions, ...networks });
}
