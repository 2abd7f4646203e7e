/**
 * Subscripts: what stands between the brackets of `x[…]` in Python, as values or as a string.
 *
 *   '..., 1:-1, ::2'      [ '...', { start: 1, stop: -1 }, { step: 2 } ]
 *
 * Grammar: items separated by commas; an item is an integer, `start:stop:step` with parts left out, `...`, `None`, `True`
 * or `False`. A trailing comma is allowed.
 *
 * Reference: https://docs.python.org/3/reference/expressions.html#subscriptions
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';

/** Python's `start:stop:step`; null and what is left out have Python's defaults. */
export interface SliceItem {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/** A list of indices, or nested lists. */
export type IndexList = readonly (number | boolean | IndexList)[];

/**
 * One item of a subscript: an integer, a slice, `'...'`, null (a new dimension), a tensor of indices or of truth values, a
 * list of indices, or a string that holds items.
 */
export type SubscriptItem = number | boolean | null | string | SliceItem | Tensor | IndexList;

/** An item once strings are parsed. */
export type ParsedItem = number | boolean | null | '...' | SliceItem | Tensor | IndexList;

const WORDS: Readonly<Record<string, '...' | null | boolean>> = { '...': '...', None: null, True: true, False: false };
const INTEGER = /^[+-]?\d+$/;

/** The items of a subscript as Python writes it. */
function parseSubscript(op: string, text: string): ParsedItem[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.length > 1 && items[items.length - 1] === '') items.pop();
  return items.map((item, i) => parseItem(op, item, i, text));
}

function parseItem(op: string, item: string, i: number, text: string): ParsedItem {
  if (Object.hasOwn(WORDS, item)) return WORDS[item];
  if (INTEGER.test(item)) return Number(item);
  const bounds = item.split(':').map((part) => part.trim());
  const isSlice = bounds.length >= 2 && bounds.length <= 3 && bounds.every((part) => part === '' || INTEGER.test(part));
  if (!isSlice) {
    const what = item === '' ? 'is empty' : `'${item}' is no index`;
    throw new ArgumentError(`${op}: item ${i} of '${text}' ${what}. Expected an integer, start:stop:step, '...' or None, separated by commas.`);
  }
  const [start, stop, step = null] = bounds.map((part) => (part === '' ? null : Number(part)));
  return { start, stop, step };
}

/** All items of a subscript, strings among them parsed. */
export function itemsOf(op: string, index: SubscriptItem | readonly SubscriptItem[]): ParsedItem[] {
  const list = Array.isArray(index) ? (index as readonly SubscriptItem[]) : [index as SubscriptItem];
  return list.flatMap((item) => {
    if (typeof item === 'string') return parseSubscript(op, item);
    if (item === undefined) throw new ArgumentError(`${op}: got undefined as an index. Use null for a new dimension, ':' for a whole one.`);
    if (typeof item === 'number' && !Number.isInteger(item)) throw new ArgumentError(`${op}: an index must be an integer, got ${describe(item)}.`);
    return [item];
  });
}
