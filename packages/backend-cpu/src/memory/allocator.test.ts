import { describe, expect, it } from 'vitest';
import { fc, listOf, property } from '@sconce/testing/property';
import { allocator } from './allocator.js';

const unlimited = (): boolean => true;

describe('the allocator', () => {
  it('gives aligned pieces that do not overlap', () => {
    const a = allocator(65536, unlimited);
    const pieces = [1, 64, 65, 1000, 0].map((bytes) => ({ at: a.allocate(bytes)!, bytes }));
    pieces.forEach(({ at }) => expect(at % 64).toBe(0));
    for (const [i, p] of pieces.entries()) {
      for (const q of pieces.slice(i + 1)) expect(p.at + p.bytes <= q.at || q.at + q.bytes <= p.at).toBe(true);
    }
    expect(a.used()).toBe(64 + 64 + 128 + 1024 + 64);
  });

  it('hands a freed piece out again for the same size', () => {
    const a = allocator(0, unlimited);
    const first = a.allocate(100)!;
    a.allocate(100);
    a.deallocate(first);
    expect(a.allocate(128)).toBe(first);
  });

  it('joins freed neighbours for a larger piece before it grows', () => {
    let end = 0;
    const a = allocator(0, (to) => {
      end = to;
      return true;
    });
    const pieces = Array.from({ length: 8 }, () => a.allocate(1000)!);
    pieces.forEach((p) => a.deallocate(p));
    const before = end;
    expect(a.allocate(8 * 1024)).toBe(0);
    expect(end).toBe(before);
    expect(a.used()).toBe(8 * 1024);
  });

  it('says when there is no room, and goes on', () => {
    const a = allocator(0, (to) => to <= 1024);
    expect(a.allocate(2000)).toBe(null);
    const all = a.allocate(1024)!;
    expect(a.allocate(64)).toBe(null);
    a.deallocate(all);
    expect(a.allocate(512)).toBe(0);
  });

  const uses = listOf(fc.record({ freed: fc.nat(999), blocks: fc.integer({ min: 1, max: 200 }) }), 1, 2000);
  property('stays within the peak of any use', [uses], (all) => {
    let end = 0;
    const a = allocator(0, (to) => {
      end = to;
      return true;
    });
    const held: { at: number; bytes: number }[] = [];
    for (const { freed, blocks } of all) {
      if (held.length > 50) a.deallocate(held.splice(freed % held.length, 1)[0].at);
      const bytes = 64 * blocks;
      held.push({ at: a.allocate(bytes)!, bytes });
    }
    held.sort((p, q) => p.at - q.at);
    for (const [i, p] of held.slice(0, -1).entries()) expect(p.at + p.bytes).toBeLessThanOrEqual(held[i + 1].at);
    expect(end).toBeLessThan(3 * 51 * 64 * 200);
  }, { runs: 20 });
});
