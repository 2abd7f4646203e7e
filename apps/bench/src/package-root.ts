/**
 * Where this package lies, from its sources and from its build alike: both are one folder below.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the manifest. */
export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));
