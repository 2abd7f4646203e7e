/** The whole suite on the CPU. */
import { cpu } from '@sconce/backend-cpu';
import { backendSuite } from './suite/index.js';

await backendSuite('cpu', () => cpu());
