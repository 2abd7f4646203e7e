/**
 * Picking a template for a kernel by its structure.
 */
import { guardChecks, nestOf, type Kernel } from '@sconce/compiler';
import type { CheckRegistry, CompiledKernel, BuildOptions } from '../code/kernel-module.js';
import { buildContract } from './contract/contract.js';
import { planContract } from './contract/plan.js';
import { buildNest } from './nest/nest.js';

export function buildKernel(given: Kernel, checks: CheckRegistry, options: BuildOptions): CompiledKernel {
  const kernel = guardChecks(given);
  const nest = nestOf(kernel);
  const contract = planContract(kernel, nest, options);
  return contract === null ? buildNest(kernel, nest, checks, options) : buildContract(kernel, contract, checks, options);
}
