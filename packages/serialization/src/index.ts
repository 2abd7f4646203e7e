/**
 * @sconce/serialization: safetensors, npy and npz, PyTorch's files, checkpoints: functions over bytes. Files are in `/io`.
 */
export type { LoadOptions } from './host.js';
export { loadSafetensors, safetensorsMetadata, saveSafetensors, type NamedTensors } from './safetensors.js';
export * from './npy.js';
export * from './checkpoint.js';
export { loadPt } from './pt.js';
export { savePt } from './save-pt.js';
