import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { at, call, constant, laneOp, ModuleBuilder, op, select, shuffle, tee } from './builder.js';
import { detectFeatures } from './features.js';

const { relaxedSimd } = detectFeatures();

const instantiate = (module: ModuleBuilder, imports: WebAssembly.Imports = {}) =>
  new WebAssembly.Instance(new WebAssembly.Module(module.encode()), imports).exports as Record<
    string,
    (...args: (number | bigint)[]) => number
  >;

describe('kernels', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  const withMemory = () => {
    const module = new ModuleBuilder();
    module.importMemory({ from: 'env', name: 'memory', minimum: 1 });
    return module;
  };

  it.each(relaxedSimd ? [false, true] : [false])('take a dot product (fused: %s)', (fused) => {
    const module = withMemory();
    const f = module.exportFunction('dot', { a: 'i32', b: 'i32', bytes: 'i32' }, 'f32');
    const { a, b, bytes } = f.params;
    const sum = f.let('sum', op('f32x4.splat', 0));
    f.for('i', 0, bytes, 16, (i) => {
      const x = op('v128.load', op('i32.add', a, i));
      const y = op('v128.load', op('i32.add', b, i));
      f.set(sum, fused ? op('f32x4.relaxed_madd', x, y, sum) : op('f32x4.add', op('f32x4.mul', x, y), sum));
    });
    const high = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0], sum, sum);
    const pairs = f.let('pairs', op('f32x4.add', sum, high));
    f.return(op('f32.add', laneOp('f32x4.extract_lane', 0, pairs), laneOp('f32x4.extract_lane', 1, pairs)));
    const { dot } = instantiate(module, { env: { memory } });
    for (let i = 0; i < 32; i++) {
      floats[i] = i;
      floats[64 + i] = 2;
    }
    expect(dot(0, 256, 128)).toBe(992);
    expect(dot(0, 256, 0)).toBe(0);
  });

  it('call imported functions and each other, in any order of declaration', () => {
    const module = withMemory();
    const twice = module.function('twice', { x: 'f64' }, 'f64');
    const sigmoid = module.exportFunction('sigmoid', { x: 'f64' }, 'f64');
    const exp = module.importFunction('math', 'exp', ['f64'], 'f64');
    twice.return(op('f64.mul', twice.params.x, 2));
    sigmoid.return(op('f64.div', 2, call(twice, op('f64.add', 1, call(exp, op('f64.neg', sigmoid.params.x))))));
    const run = instantiate(module, { env: { memory }, math: { exp: Math.exp } }).sigmoid;
    expect(run(0.3)).toBe(1 / (1 + Math.exp(-0.3)));
  });

  it('address with offsets and lanes', () => {
    const module = withMemory();
    const f = module.exportFunction('gather', { p: 'i32' }, 'f32');
    const { p } = f.params;
    let v = laneOp('v128.load32_lane', 0, at(p, 4), constant('f32x4', 0, 10, 20, 30));
    v = laneOp('v128.load32_lane', 3, at(p, 12), v);
    f.do(op('v128.store', at(p, 16), v));
    f.return(op('f32.load', at(0, 28)));
    floats.set([1, 2, 3, 4]);
    expect(instantiate(module, { env: { memory } }).gather(0)).toBe(4);
    expect([...floats.subarray(4, 8)]).toEqual([2, 10, 20, 4]);
  });

  it('branch, select and leave blocks', () => {
    const module = new ModuleBuilder();
    const f = module.exportFunction('collatz', { start: 'i64' }, 'i32');
    const n = f.let('n', f.params.start);
    const steps = f.let('steps', constant('i32', 0));
    f.block('done', (done) => {
      f.loop('again', (again) => {
        f.branchIf(done, op('i64.eq', n, 1));
        const odd = f.let('odd', op('i32.wrap_i64', op('i64.and', n, 1)));
        const next = select(op('i64.add', op('i64.mul', n, 3), 1), op('i64.shr_u', n, 1), odd);
        f.if(
          op('i64.eqz', tee(n, next)),
          () => f.unreachable(),
          () => f.set(steps, op('i32.add', steps, 1)),
        );
        f.branch(again);
      });
    });
    f.return(steps);
    expect(instantiate(module).collatz(27n)).toBe(111);
  });

  it('refuse a callee of another module, and a shared memory without a maximum', () => {
    const module = new ModuleBuilder();
    module.function('f', {}, 'none').do(call(withMemory().function('g', {}, 'none')));
    expect(() => module.encode()).toThrow('f calls g of another module');
    expect(() => module.importMemory({ from: '', name: '', minimum: 1, shared: true })).toThrow('needs a maximum');
  });
});

describe('threads', () => {
  const module = new ModuleBuilder();
  module.importMemory({ from: 'env', name: 'memory', minimum: 1, maximum: 1, shared: true });
  const put = module.exportFunction('put', { to: 'i32', value: 'i32' }, 'none');
  put.do(op('i32.store', put.params.to, put.params.value));
  const get = module.exportFunction('get', { from: 'i32' }, 'i32');
  get.return(op('i32.atomic.load', at(get.params.from, 4)));

  it('share a memory', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const compiled = new WebAssembly.Module(module.encode());
    const worker = new Worker(
      `const { compiled, memory } = require('node:worker_threads').workerData;
       new WebAssembly.Instance(compiled, { env: { memory } }).exports.put(64, 100000);`,
      { eval: true, workerData: { compiled, memory } },
    );
    expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(0);
    expect(instantiate(module, { env: { memory } }).get(60)).toBe(100_000);
  });
});
