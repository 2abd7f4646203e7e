/** PyTorch's name of a field: `weightHhL0` is `weight_hh_l0`. */
export const stateNameOf = (field: string): string => field.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
