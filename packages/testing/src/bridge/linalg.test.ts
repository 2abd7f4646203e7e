import { areaTests } from './area.js';
import { linearAlgebra } from './linalg.js';

await areaTests('linear algebra', linearAlgebra);
