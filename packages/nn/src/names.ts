/**
 * PyTorch's name of a field: `weightHhL0` is `weight_hh_l0`. A name that begins with a capital, such as `W` or `Wq`, is how
 * PyTorch's programs write it too.
 */
export const stateNameOf = (field: string): string =>
  /^[A-Z]/.test(field) ? field : field.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
