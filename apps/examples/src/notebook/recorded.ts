/**
 * What the original notebook printed, by cell number.
 *
 * Invariant: recorded, never computed; the cells of `notebook.ts` must print exactly this.
 */
export const RECORDED: Readonly<Record<number, string>> = {
  2: 'softmax numpy: [0.65900114 0.24243297 0.09856589]\nsoftmax torch: tensor([0.6590, 0.2424, 0.0986])',
  16: 'Loss1 numpy: 0.3567\nLoss2 numpy: 2.3026',
  46: 'Loss good = 0.4473\nLoss bad = 3.2199',
  47: 'Actual class: 1, Y_pred1: 1, Y_pred2: 3',
  48: 'PyTorch Loss1: 0.4170\nPyTorch Loss2: 1.8406',
  49: 'Actual class: 0, Y_pred1: 0, Y_pred2: 1',
  6: 'Batch Loss1:  0.2834\nBatch Loss2: 1.6418',
  7: 'Actual class: tensor([2, 0, 1]), Y_pred1: tensor([2, 0, 1]), Y_pred2: tensor([0, 2, 0])',
};
