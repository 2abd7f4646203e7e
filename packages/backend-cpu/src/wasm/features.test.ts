import { afterEach, expect, it, vi } from 'vitest';
import { detectFeatures, understands } from './features.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('finds what every supported engine has, and switches relaxed SIMD on', () => {
  expect(detectFeatures()).toEqual({ simd: true, relaxedSimd: true, threads: true });
  expect(understands('f32x4.relaxed_madd', 'v128', 'v128', 'v128')).toBe(true);
});

it('asks Node for nothing until multiply-add is asked for', () => {
  const getBuiltinModule = vi.fn();
  vi.stubGlobal('process', { getBuiltinModule });
  vi.stubGlobal('WebAssembly', { validate: () => false });
  const features = detectFeatures();
  expect(getBuiltinModule).not.toHaveBeenCalled();
  expect(features.relaxedSimd).toBe(false);
  expect(getBuiltinModule).toHaveBeenCalledWith('v8');
});

it('manages without Node and without shared memory', () => {
  vi.stubGlobal('process', undefined);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect(detectFeatures()).toEqual({ simd: true, relaxedSimd: true, threads: false });
});

it('manages with an engine that validates nothing', () => {
  vi.stubGlobal('WebAssembly', { validate: () => false });
  expect(detectFeatures()).toEqual({ simd: false, relaxedSimd: false, threads: false });
});
