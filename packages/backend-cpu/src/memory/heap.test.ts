import { expect, it } from 'vitest';
import { OutOfMemoryError } from '@sconce/core';
import { Heap } from './heap.js';

it('makes its views anew when it grows, and keeps what was there', () => {
  for (const shared of [false, true]) {
    const heap = new Heap(shared);
    const first = heap.allocate(16);
    heap.f32[first >>> 2] = 1.5;
    heap.allocate(64 * 2 ** 20);
    expect(heap.f32[first >>> 2]).toBe(1.5);
    expect(heap.f32.buffer).toBe(heap.memory.buffer);
    expect(heap.elements('float32', first, 1)[0]).toBe(1.5);
  }
});

it('says what to do when there is no room', () => {
  const heap = new Heap(false);
  expect(() => heap.allocate(5 * 2 ** 30)).toThrow(OutOfMemoryError);
  expect(() => heap.allocate(5 * 2 ** 30)).toThrow(/cpu: no room for 5\.00 GiB; 0 bytes of 4\.00 GiB are in use.*scope/);
});
