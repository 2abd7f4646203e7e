/**
 * The page: a toolbar, the notebook, and training below it.
 */
import { defaultDevice } from 'sconce';
import { switchTo } from './backends.js';
import { byId } from './dom.js';
import { notebookView } from './notebook-view.js';
import './page.css';
import { toolbar } from './toolbar.js';
import { trainingView } from './training-view.js';

const notebook = notebookView(byId('notebook'), (results, count) => bar.report(results, count));
const training = trainingView(byId('training'), defaultDevice);
const bar = await toolbar(byId('toolbar'), async (backend) => {
  await training.stop();
  await notebook.runAll(() => switchTo(backend));
});
