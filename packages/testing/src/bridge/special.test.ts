import { areaTests } from './area.js';
import { specialFunctions } from './special.js';

await areaTests('special functions', specialFunctions);
