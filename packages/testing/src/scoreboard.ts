/**
 * The scoreboard: what of PyTorch's recorded calls passes, op by op, on every backend.
 *
 *   npm run scoreboard [-- TEXT]
 */
import { backendOf, setDefaultDevice, use } from '@sconce/core';
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from './adapter/index.js';
import { deviates } from './golden/deviations.js';
import { tally, type RunnableGroup, type SampleResult } from './golden/index.js';
import { createRunner } from './runner.js';
import { NOT_BUILT } from './suite/not-built.js';

const filter = process.argv[2] ?? '';
const GROUPS: readonly RunnableGroup[] = ['ops', 'modules', 'errors', 'optim', 'schedulers'];
const KINDS: readonly SampleResult['kind'][] = ['forward', 'gradient', 'error'];

const devices = [await use(cpu()), await use(webgpu({ gpu: await softwareGpu() }))];

/** `12/12`, or `10/12 ✗` when samples fail; a dot where there is nothing to count. */
function score(results: readonly SampleResult[], kind: SampleResult['kind']): string {
  const { pass, fail } = tally(results, kind);
  if (pass + fail === 0) return '·';
  return `${pass}/${pass + fail}${fail > 0 ? ' ✗' : ''}`;
}

let deviating = 0;
const total = new Map<string, { pass: number; fail: number }>();
const heads = devices.flatMap((d) => KINDS.map((k) => `${d} ${k}`));
console.log(['name'.padEnd(52), ...heads.map((h) => h.padEnd(16))].join(''));
for (const group of GROUPS) {
  for (const name of await createRunner(devices[0]).names(group)) {
    if (!`${group} ${name}`.includes(filter)) continue;
    const label = `${group} ${name}`.padEnd(52);
    if (NOT_BUILT[group].has(name)) {
      console.log(`${label}not built yet`);
      continue;
    }
    const cells: string[] = [];
    for (const device of devices) {
      setDefaultDevice(device);
      const all = await createRunner(device).run(group, name);
      const results = all.filter((r) => !deviates(group === 'ops' ? name : `${group} ${name}`, r.sample, backendOf(device).syncReads));
      deviating += all.length - results.length;
      for (const kind of KINDS) {
        cells.push(score(results, kind).padEnd(16));
        const { pass, fail } = tally(results, kind);
        const sum = total.get(`${device} ${kind}`) ?? { pass: 0, fail: 0 };
        total.set(`${device} ${kind}`, { pass: sum.pass + pass, fail: sum.fail + fail });
      }
    }
    console.log(label + cells.join(''));
  }
}
console.log(['total'.padEnd(52), ...heads.map((h) => `${total.get(h)?.pass ?? 0}/${(total.get(h)?.pass ?? 0) + (total.get(h)?.fail ?? 0)}`.padEnd(16))].join(''));
console.log(`${deviating} samples are left out, whose answers deviate for reasons that packages/testing/src/golden/deviations.ts gives.`);
process.exit(0);
