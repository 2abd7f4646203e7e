/**
 * Elements of buffers: every element takes four bytes of a storage buffer, whatever its dtype, so what is loaded and what
 * is stored may differ from the type that is computed in.
 */
import type { StorageType } from '@sconce/compiler';
import type { Width } from './helpers.js';

/** The WGSL type that a buffer holds. */
export function storedType(storage: StorageType, width: Width): string {
  const scalar = storage === 'float32' ? 'f32' : storage === 'bool' ? 'u32' : 'i32';
  return width === 1 ? scalar : `vec4<${scalar}>`;
}

/** The text of a value as it is computed with, from the text of what is stored. */
export const loaded = (storage: StorageType, text: string, width: Width): string =>
  storage === 'bool' ? `(${text} != ${storedType(storage, width)}(0u))` : text;

/** The text of a value as it is stored: int8 and uint8 keep only what fits. */
export function stored(storage: StorageType, text: string, width: Width): string {
  if (storage === 'bool') return `${storedType('bool', width)}(${text})`;
  const u = width === 1 ? 'u32' : 'vec4<u32>';
  if (storage === 'uint8') return `(${text} & ${storedType('int32', width)}(255))`;
  return storage === 'int8' ? `((${text} << ${u}(24u)) >> ${u}(24u))` : text;
}
