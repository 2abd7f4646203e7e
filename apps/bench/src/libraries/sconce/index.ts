/**
 * Sconce, as its users write it.
 */
import { inProcess, type Library } from '../library.js';
import { expressions } from './expressions.js';
import { networks } from './networks.js';

export const loadSconce = (version: string): Library => inProcess('sconce', version, { ...expressions, ...networks });
