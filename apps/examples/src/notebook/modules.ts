/**
 * What cells may import: the packages as they are.
 */
import * as sconce from 'sconce';
import * as ops from '@sconce/ops';
import { createKernel, type Kernel } from './kernel.js';

/** A kernel whose cells see Sconce, with tensors printed as PyTorch prints them. */
export const sconceKernel = (): Kernel =>
  createKernel({ sconce, '@sconce/ops': ops }, async (x) => (x instanceof sconce.Tensor ? await x.text() : String(x)));
