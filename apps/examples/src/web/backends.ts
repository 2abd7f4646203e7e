/**
 * Which backends this browser has, and going from one to another.
 *
 * Invariant: a backend that cannot be had says why and what to do; it is never replaced by another in silence.
 *
 * Reference: https://developer.mozilla.org/docs/Web/API/WebGPU_API
 */
import { webgpu } from '@sconce/backend-webgpu';
import { devices, setDefaultDevice, use } from 'sconce';

export type BackendName = 'cpu' | 'webgpu';
/** What readers call them. */
export const LABELS: Readonly<Record<string, string>> = { cpu: 'CPU', webgpu: 'WebGPU' };

export interface BackendChoice {
  readonly name: BackendName;
  /** Who computes: threads, or the adapter. */
  readonly detail: string;
  readonly usable: boolean;
  /** What to do where it cannot be used, or could be faster. */
  readonly advice?: string;
}

const CURRENT = 'Use a current Chrome or Edge, Safari 26, or Firefox on Windows or macOS; on Linux, Chrome may want chrome://flags/#enable-unsafe-webgpu.';

function cpuChoice(): BackendChoice {
  if (crossOriginIsolated) return { name: 'cpu', detail: `WebAssembly, up to ${navigator.hardwareConcurrency} threads`, usable: true };
  return {
    name: 'cpu',
    detail: 'WebAssembly, one thread',
    usable: true,
    advice:
      'This page is not cross-origin isolated, so the CPU backend runs on a single thread. Serve it with the headers ' +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp to give it threads.',
  };
}

const missing = (detail: string, advice: string): BackendChoice => ({ name: 'webgpu', detail, usable: false, advice });

async function webgpuChoice(): Promise<BackendChoice> {
  if (!isSecureContext) {
    return missing('needs a secure page', 'WebGPU is offered to secure pages alone. Open this page over https, or from localhost.');
  }
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return missing('not in this browser', `This browser has no WebGPU. ${CURRENT}`);
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) {
    return missing(
      'no adapter found',
      `This browser has WebGPU and found no graphics adapter for it. Turn on hardware acceleration in its settings, and update the graphics driver. ${CURRENT}`,
    );
  }
  const { description, device, vendor, architecture } = adapter.info;
  const name = description || device || [vendor, architecture].filter((s) => s !== '').join(' ') || 'adapter without a name';
  const software = adapter.info.isFallbackAdapter || architecture === 'swiftshader' || architecture === 'llvmpipe';
  return { name: 'webgpu', detail: software ? `${name}, in software` : name, usable: true };
}

export const backendChoices = async (): Promise<BackendChoice[]> => [cpuChoice(), await webgpuChoice()];

/** Makes a backend the default for new tensors, starting it at its first use. */
export async function switchTo(name: BackendName): Promise<void> {
  if (!devices().includes(name)) await use(webgpu());
  setDefaultDevice(name);
}
