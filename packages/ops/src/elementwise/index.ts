/**
 * Elementwise ops: every element of the result is a function of the elements in its place.
 */
export {};
