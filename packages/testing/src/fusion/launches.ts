/**
 * Which kernels a computation launches: an interpreter that writes them down.
 */
import { useSync } from '@sconce/core';
import { createBackend, kernelText } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';

const launched: Promise<string>[] = [];

/** Registers the interpreter under this name, writing down what it launches. */
export function useRecorder(name: string): void {
  const target = interpreterTarget(name);
  const launch: typeof target.launch = (launches) => {
    for (const l of launches) launched.push(l.kind === 'kernel' ? kernelText(l.kernel) : Promise.resolve(`routine ${l.name}`));
    target.launch(launches);
  };
  useSync(createBackend({ ...target, launch }));
}

/** The kernels that run while `fn` does, as text. */
export async function launchesOf(fn: () => unknown): Promise<string[]> {
  launched.length = 0;
  await fn();
  return Promise.all(launched);
}
