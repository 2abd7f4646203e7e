/**
 * WebGPU for tests on machines without a GPU, in Node and in a browser. Apart
 * from the rest of this package, so that only who asks for it loads it.
 */
export { crashGpu, launchChromium } from './chromium.js';
export { serveFolder, type Served } from './serve.js';
export { dawnFlags, installSoftwareAdapter, softwareGpu } from './software-adapter.js';
export { watchedGpu, type Calls, type NarrowLimits } from './watched-gpu.js';
