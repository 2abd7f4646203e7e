/**
 * How tensors are printed: PyTorch's options, and what the program has set.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.set_printoptions.html
 */
import { ArgumentError } from '../errors.js';

/** PyTorch's `set_printoptions`, under the same names. */
export interface PrintOptions {
  /** Digits after the point. */
  readonly precision?: number;
  /** More elements than this are summarised. */
  readonly threshold?: number;
  /** How many entries a summary shows at each end of an axis. */
  readonly edgeitems?: number;
  /** Characters on a line. */
  readonly linewidth?: number;
  /** Scientific notation: always, never, or (left out) where the values ask for it. */
  readonly sciMode?: boolean;
}

export const DEFAULTS = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 };
export type Settings = typeof DEFAULTS & Pick<PrintOptions, 'sciMode'>;
const PROFILES = { default: {}, short: { precision: 2, edgeitems: 2 }, full: { threshold: Infinity } };

let inForce: PrintOptions = {};

/** What `setPrintoptions` has said; the printer knows the rest. */
export const printOptions = (): PrintOptions => inForce;

/**
 * How tensors are printed from now on. `profile`, one of 'default', 'short' and 'full', sets all, and what is given beside
 * it is changed; `sciMode` is undone where it is left out.
 *
 * @throws ArgumentError for a profile or an option that there is not, or a value that is no such number.
 * @example
 * setPrintoptions({ precision: 2 });       // tensor([0.33, 0.67])
 * setPrintoptions({ profile: 'default' });
 * @see https://pytorch.org/docs/stable/generated/torch.set_printoptions.html
 */
export function setPrintoptions({ profile, sciMode, ...numbers }: PrintOptions & { readonly profile?: keyof typeof PROFILES } = {}): void {
  if (profile !== undefined && !(profile in PROFILES)) throw new ArgumentError(`setPrintoptions: there is no profile '${String(profile)}'. Expected 'default', 'short' or 'full'.`);
  for (const [name, value] of Object.entries(numbers)) {
    if (!(name in DEFAULTS)) throw new ArgumentError(`setPrintoptions: there is no option '${name}'.`);
    if (!(value >= 0) || (value % 1 !== 0 && value !== Infinity)) throw new ArgumentError(`setPrintoptions: ${name} must be a whole number, got ${String(value)}.`);
  }
  inForce = { ...(profile === undefined ? inForce : PROFILES[profile]), ...numbers, sciMode };
}
