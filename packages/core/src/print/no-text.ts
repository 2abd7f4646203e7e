/**
 * What stands for PyTorch's printer where nothing prints at once: in a page `console.log(t)` shows an object, so the printer
 * is loaded when a text is asked for. `#torch-text` of the manifest is this file, and the printer itself in Node.
 */
export const torchText: typeof import('./torch-text.js').torchText | null = null;
