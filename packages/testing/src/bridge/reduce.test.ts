import { areaTests } from './area.js';
import { reduce } from './reduce.js';

await areaTests('reductions', reduce);
