/**
 * Devices for the terminal: the CPU always, WebGPU when asked for. On a machine without a GPU that is a software adapter,
 * and the program says so.
 */
import type { WebGpuOptions } from '@sconce/backend-webgpu';
import { setDefaultDevice, use } from 'sconce';

/** Brought by the workspace and not by this app, which installs without a browser; a name that bundlers leave alone. */
const ADAPTER: string = '@sconce/testing/adapter';

/** Registers what a run needs and makes it the default; gives lines to show. */
export async function openDevice(backend: string, say: (line: string) => void): Promise<string> {
  if (backend === 'cpu') {
    setDefaultDevice('cpu');
    return 'cpu';
  }
  if (backend !== 'webgpu') throw new Error(`--backend is cpu or webgpu, got '${backend}'.`);
  const { webgpu } = await import('@sconce/backend-webgpu');
  const device = await use(webgpu()).catch(async (error: unknown) => {
    say(`no GPU here (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`);
    say('using SwiftShader, a software adapter: correct, and slow');
    const { softwareGpu } = (await import(ADAPTER)) as { softwareGpu: () => Promise<WebGpuOptions['gpu']> };
    return use(webgpu({ gpu: await softwareGpu() }));
  });
  setDefaultDevice(device);
  return device;
}
