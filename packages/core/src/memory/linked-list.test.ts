import { expect, test } from 'vitest';
import { LinkedList, type Links } from './linked-list.js';

interface Member extends Links<Member> {
  readonly name: string;
}

const member = (name: string): Member => ({ name, previous: null, next: null });
const names = (list: LinkedList<Member>): string => list.filter(() => true).map((m) => m.name).join('');

test('keeps the order of adding through removals at both ends and between', () => {
  const list = new LinkedList<Member>();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(member);
  [a, b, c, d].forEach((m) => list.add(m));
  expect(names(list)).toBe('abcd');
  list.remove(b);
  expect(names(list)).toBe('acd');
  list.remove(a);
  list.remove(d);
  expect(names(list)).toBe('c');
  list.add(a);
  expect(names(list)).toBe('ca');
  [c, a].forEach((m) => list.remove(m));
  expect(names(list)).toBe('');
  list.add(d);
  expect(names(list)).toBe('d');
  expect([a, b, c].every((m) => m.previous === null && m.next === null)).toBe(true);
});

test('members may go while all are visited', () => {
  const list = new LinkedList<Member>();
  ['a', 'b', 'c'].map(member).forEach((m) => list.add(m));
  let seen = '';
  list.forEach((m) => {
    seen += m.name;
    list.remove(m);
  });
  expect(seen).toBe('abc');
  expect(names(list)).toBe('');
});
