import { describe, expect, it } from 'vitest';
import { dragon4, FLOAT_FORMATS } from './dragon4.js';

const { float32, float64, float16, bfloat16 } = FLOAT_FORMATS;

describe('dragon4', () => {
  it('finds the shortest digits of doubles, as JavaScript does', () => {
    let state = 1;
    for (let i = 0; i < 500; i++) {
      state = (state * 48271) % 2147483647;
      const x = (state / 2147483647) * 10 ** ((i % 600) - 300);
      const { digits, exponent } = dragon4(x, float64);
      expect(Number(`${digits}e${exponent - digits.length + 1}`)).toBe(x);
      expect(digits.length).toBeLessThanOrEqual(x.toExponential().replace(/e.*|\./g, '').length);
    }
  });

  it.each([
    [0.1, float32, '1', -1],
    [1 / 3, float32, '33333334', -1],
    [123456789, float32, '12345679', 8],
    [0.1, float16, '1', -1],
    [3.140625, bfloat16, '314', 0],
    [2 ** -149, float32, '1', -45],
    [2 ** 89, float64, '6189700196426902', 26],
    [0, float64, '0', 0],
  ])('gives the digits of %d in its own type', (x, format, digits, exponent) => {
    const value = format === float32 ? Math.fround(x) : format === float16 && x === 0.1 ? 0.0999755859375 : x;
    expect(dragon4(value, format)).toEqual({ digits, exponent });
  });

  it('rounds the exact value at a cutoff, ties to even', () => {
    expect(dragon4(0.123456785, float64, { after: 'point', max: 8 }).digits).toBe('12345678');
    expect(dragon4(2.5, float64, { after: 'point', max: 0 }).digits).toBe('2');
    expect(dragon4(9.96, float64, { after: 'point', max: 1 })).toEqual({ digits: '1', exponent: 1 });
  });

  it('gives the exact value beyond the shortest digits when more are asked for', () => {
    const x = Math.fround(0.3e-10);
    expect(dragon4(x, float32, { after: 'leading', min: 7, max: 7 }).digits).toBe('29999999');
  });

  it('rounds a value that begins beyond the cutoff to a digit there', () => {
    expect(dragon4(0.0051, float64, { after: 'point', max: 2 })).toEqual({ digits: '1', exponent: -2 });
    expect(dragon4(0.0049, float64, { after: 'point', max: 2 })).toEqual({ digits: '0', exponent: -2 });
  });
});
