/**
 * Functions of `torch.nn.functional` that are functions of `torch` too, with the same arguments.
 */
import { functional } from '@sconce/nn';

export const adaptiveAvgPool1d: typeof functional.adaptiveAvgPool1d = functional.adaptiveAvgPool1d;
export const adaptiveMaxPool1d: typeof functional.adaptiveMaxPool1d = functional.adaptiveMaxPool1d;
export const avgPool1d: typeof functional.avgPool1d = functional.avgPool1d;
export const bilinear: typeof functional.bilinear = functional.bilinear;
export const channelShuffle: typeof functional.channelShuffle = functional.channelShuffle;
export const conv1d: typeof functional.conv1d = functional.conv1d;
export const conv2d: typeof functional.conv2d = functional.conv2d;
export const conv3d: typeof functional.conv3d = functional.conv3d;
export const convTranspose1d: typeof functional.convTranspose1d = functional.convTranspose1d;
export const convTranspose2d: typeof functional.convTranspose2d = functional.convTranspose2d;
export const convTranspose3d: typeof functional.convTranspose3d = functional.convTranspose3d;
export const maxPool1d: typeof functional.maxPool1d = functional.maxPool1d;
export const maxPool2d: typeof functional.maxPool2d = functional.maxPool2d;
export const maxPool3d: typeof functional.maxPool3d = functional.maxPool3d;
export const pixelShuffle: typeof functional.pixelShuffle = functional.pixelShuffle;
export const pixelUnshuffle: typeof functional.pixelUnshuffle = functional.pixelUnshuffle;
