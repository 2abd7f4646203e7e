/**
 * The bridge to views: joining, cutting, reordering, repeating, padding.
 */
import type { Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { call, type OpBridge } from './call.js';

export const views: OpBridge = {
  // shape
  reshape: call(torch.reshape, ['input', 'shape']),
  view: call(torch.view, ['self', 'shape']),
  reshape_as: call(torch.reshapeAs, ['self', 'other']),
  view_as: call(torch.viewAs, ['self', 'other']),
  flatten: call(torch.flatten, ['input', 'start_dim', 'end_dim']),
  unflatten: call(torch.unflatten, ['input', 'dim', 'sizes']),
  ravel: call(torch.ravel, ['input']),
  squeeze: call(torch.squeeze, ['input', 'dim']),
  unsqueeze: call(torch.unsqueeze, ['input', 'dim']),
  atleast_1d: call(torch.atleast1d, ['input']),
  atleast_2d: call(torch.atleast2d, ['input']),
  atleast_3d: call(torch.atleast3d, ['input']),
  clone: call(torch.clone, ['input']),
  contiguous: call(torch.contiguous, ['self']),
  fill: call(torch.fill, ['input', 'value']),
  'Tensor.fill_diagonal_': ({ args: [x, ...rest] }) => call(torch.fillDiagonal_, [])({ args: [torch.clone(x as Tensor), ...rest], named: {} }),
  as_strided: call(torch.asStrided, ['input', 'size', 'stride', 'storage_offset']),
  as_strided_scatter: call(torch.asStridedScatter, ['input', 'src', 'size', 'stride', 'storage_offset']),

  // order
  permute: call(torch.permute, ['self', 'dims']),
  transpose: call(torch.transpose, ['input', 'dim0', 'dim1']),
  t: call(torch.t, ['input']),
  T: call(torch.T, ['x']),
  mT: call(torch.mT, ['x']),
  H: call(torch.H, ['x']),
  mH: call(torch.mH, ['x']),
  movedim: call(torch.movedim, ['input', 'source', 'destination']),
  flip: call(torch.flip, ['input', 'dims']),
  fliplr: call(torch.fliplr, ['input']),
  flipud: call(torch.flipud, ['input']),
  roll: call(torch.roll, ['input', 'shifts', 'dims']),
  rot90: call(torch.rot90, ['input', 'k', 'dims']),

  // repetition
  expand: call(torch.expand, ['self', 'size']),
  expand_as: call(torch.expandAs, ['self', 'other']),
  broadcast_to: call(torch.broadcastTo, ['self', 'size']),
  broadcast_tensors: call(torch.broadcastTensors, []),
  broadcast_shapes: call(torch.broadcastShapes, []),
  repeat: call(torch.repeat, ['self', 'sizes']),
  tile: call(torch.tile, ['input', 'dims']),
  'meshgrid.list_of_tensors': call(torch.meshgrid, ['tensors'], ['indexing']),
  'meshgrid.variadic_tensors': ({ args, named }) => call(torch.meshgrid, ['tensors'], ['indexing'])({ args: [args], named }),
  cartesian_prod: call(torch.cartesianProd, []),

  // joining and cutting
  cat: call(torch.cat, ['tensors', 'dim']),
  stack: call(torch.stack, ['tensors', 'dim']),
  hstack: call(torch.hstack, ['tensors']),
  vstack: call(torch.vstack, ['tensors']),
  dstack: call(torch.dstack, ['tensors']),
  column_stack: call(torch.columnStack, ['tensors']),
  block_diag: call(torch.blockDiag, []),
  split: call(torch.split, ['tensor', 'split_size_or_sections', 'dim']),
  'split.list_args': call(torch.split, ['tensor', 'split_size_or_sections', 'dim']),
  split_with_sizes: call(torch.splitWithSizes, ['tensor', 'split_size_or_sections', 'dim']),
  tensor_split: call(torch.tensorSplit, ['input', 'indices_or_sections', 'dim']),
  chunk: call(torch.chunk, ['input', 'chunks', 'dim']),
  unbind: call(torch.unbind, ['input', 'dim']),
  hsplit: call(torch.hsplit, ['input', 'indices_or_sections']),
  vsplit: call(torch.vsplit, ['input', 'indices_or_sections']),
  dsplit: call(torch.dsplit, ['input', 'indices_or_sections']),

  // parts
  slice: call(torch.slice, ['self', 'dim', 'start', 'end', 'step']),
  select: call(torch.select, ['input', 'dim', 'index']),
  narrow: call(torch.narrow, ['input', 'dim', 'start', 'length']),
  narrow_copy: call(torch.narrowCopy, ['self', 'dim', 'start', 'length']),
  slice_scatter: call(torch.sliceScatter, ['input', 'src', 'dim', 'start', 'end', 'step']),
  select_scatter: call(torch.selectScatter, ['input', 'src', 'dim', 'index']),
  diagonal_scatter: call(torch.diagonalScatter, ['input', 'src', 'offset', 'dim1', 'dim2']),

  // padding and windows
  'nn.functional.pad.constant': call(torch.pad, ['input', 'pad', 'mode', 'value']),
  'nn.functional.pad.reflect': call(torch.pad, ['input', 'pad', 'mode', 'value']),
  'nn.functional.pad.replicate': call(torch.pad, ['input', 'pad', 'mode', 'value']),
  'nn.functional.pad.circular': call(torch.pad, ['input', 'pad', 'mode', 'value']),
  constant_pad_nd: call(torch.constantPadNd, ['input', 'pad', 'value']),
  unfold: call(torch.unfold, ['self', 'dimension', 'size', 'step']),

  // diagonals and triangles
  diagonal: call(torch.diagonal, ['input', 'offset', 'dim1', 'dim2']),
  diag_embed: call(torch.diagEmbed, ['input', 'offset', 'dim1', 'dim2']),
  diag: call(torch.diag, ['input', 'diagonal']),
  diagflat: call(torch.diagflat, ['input', 'offset']),
  tril: call(torch.tril, ['input', 'diagonal']),
  triu: call(torch.triu, ['input', 'diagonal']),
  tril_indices: call(torch.trilIndices, ['row', 'col', 'offset'], ['dtype', 'device']),
  triu_indices: call(torch.triuIndices, ['row', 'col', 'offset'], ['dtype', 'device']),
};
