/**
 * The devices that properties are tried on.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { setDefaultDevice, use } from '@sconce/core';
import { softwareGpu } from '../adapter/index.js';

/** A device by name, and which part of a property's runs it takes: compiling for a software adapter takes its time. */
export const DEVICES: readonly { readonly device: string; readonly share: number; readonly start: () => Promise<void> }[] = [
  { device: 'cpu', share: 1, start: async () => setDefaultDevice(await use(cpu({ threads: 1 }))) },
  { device: 'webgpu', share: 0.15, start: async () => setDefaultDevice(await use(webgpu({ gpu: await softwareGpu() }))) },
];
