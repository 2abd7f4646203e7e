import { areaTests } from './area.js';
import { sort } from './sort.js';

await areaTests('sorting, searching and cumulative ops', sort);
