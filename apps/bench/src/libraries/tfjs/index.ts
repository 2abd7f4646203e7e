/**
 * TensorFlow.js on its WebAssembly backend. In Node it runs on one thread: its threads are for browsers.
 *
 * Reference: https://js.tensorflow.org/api/latest/
 */
import * as tf from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { inProcess, type Library } from '../library.js';
import { expressions } from './expressions.js';
import { registerGradients } from './gradients.js';
import { networks } from './networks.js';

/** Tensors of a workload are freed together when it is over. */
function scope(): () => void {
  tf.engine().startScope();
  return () => {
    tf.engine().endScope();
    tf.disposeVariables();
  };
}

export async function loadTfjs(): Promise<Library> {
  await registerGradients();
  await tf.setBackend('wasm');
  await tf.ready();
  return inProcess('tfjs', version_wasm, { ...expressions, ...networks }, scope);
}
