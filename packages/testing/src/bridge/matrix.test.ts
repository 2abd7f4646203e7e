import { areaTests } from './area.js';
import { matrix } from './matrix.js';

await areaTests('products of matrices', matrix);
