/**
 * Headless Chromium with working WebGPU on SwiftShader, out of npm packages
 * alone: the binary and its libraries from `@sparticuz/chromium`, driven by
 * `playwright-core`.
 *
 * Invariant: it starts on a machine that has nothing but Node and the C library,
 * and what a page prints on its console is the page's own.
 *
 * Reference: https://developer.chrome.com/docs/web-platform/webgpu/troubleshooting-tips,
 * gpu/config/gpu_switches.cc and gpu_finch_features.cc in Chromium.
 */
import { join } from 'node:path';
import type { Browser, LaunchOptions } from 'playwright-core';
import { dawnFlags } from './software-adapter.js';
import { unpack } from './unpack.js';

const flags = [
  // SwiftShader counts as unsafe, and is asked for by name so that a GPU changes no test.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Without it every page that asks for an adapter is told that WebGPU is experimental.
  '--enable-features=WebGPUService',
  // Tests lose the device on purpose; the third loss would bar the page from the GPU, the sixth the browser.
  '--disable-domain-blocking-for-3d-apis',
  '--disable-gpu-process-crash-limit',
  ...dawnFlags.map((flag) => `--${flag}`),
];

/**
 * Starts headless Chromium with WebGPU on the software adapter.
 *
 * @param options Playwright's launch options; `args` and `env` are added to ours.
 * @returns Playwright's browser; `close()` ends it.
 * @example
 * const browser = await launchChromium();
 * const page = await browser.newPage();
 */
export async function launchChromium({ args = [], env, ...options }: LaunchOptions = {}): Promise<Browser> {
  const folder = await unpack('browser');
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // Root, as in most containers, cannot have a sandbox.
    chromiumSandbox: false,
    args: [...flags, ...args],
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: folder, ...env },
    ...options,
  });
}

/**
 * Ends the process that serves the browser's GPU, which starts again when
 * asked: every `GPUDevice` is lost, with reason `unknown`, as when a driver fails.
 */
export async function crashGpu(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  await session.detach();
}
