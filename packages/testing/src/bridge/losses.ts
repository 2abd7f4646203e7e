/**
 * The bridge to losses: functions of `nn.functional`, and modules.
 *
 * Invariant: renames and reorders, computes nothing.
 */
import * as losses from '@sconce/losses';
import type { Module } from '@sconce/nn';
import { argument, keywords, type Call, type OpBridge } from './call.js';

/** A function of these tensors, with these options by name. */
const loss =
  (fn: (...args: never[]) => unknown, tensors: readonly string[], options: readonly string[] = []) =>
  (given: Call): unknown =>
    (fn as (...args: unknown[]) => unknown)(...tensors.map((name, i) => argument(given, i, name)), keywords(given, ['reduction', ...options]));

const PAIR = ['input', 'target'];
const TRIPLET = ['anchor', 'positive', 'negative'];
const EMBEDDINGS = ['input1', 'input2', 'target'];

export const lossFunctions: OpBridge = {
  'nn.functional.l1_loss': loss(losses.l1Loss, PAIR),
  'nn.functional.mse_loss': loss(losses.mseLoss, PAIR),
  'nn.functional.smooth_l1_loss': loss(losses.smoothL1Loss, PAIR, ['beta']),
  'nn.functional.huber_loss': loss(losses.huberLoss, PAIR, ['delta']),
  'nn.functional.cross_entropy': loss(losses.crossEntropy, PAIR, ['weight', 'ignore_index', 'label_smoothing']),
  'nn.functional.nll_loss': loss(losses.nllLoss, PAIR, ['weight', 'ignore_index']),
  'nn.functional.ctc_loss': loss(losses.ctcLoss, ['log_probs', 'targets', 'input_lengths', 'target_lengths'], ['blank', 'zero_infinity']),
  'nn.functional.kl_div': loss(losses.klDiv, PAIR, ['log_target']),
  'nn.functional.poisson_nll_loss': loss(losses.poissonNllLoss, PAIR, ['log_input', 'full', 'eps']),
  'nn.functional.gaussian_nll_loss': loss(losses.gaussianNllLoss, [...PAIR, 'var'], ['full', 'eps']),
  'nn.functional.binary_cross_entropy': loss(losses.binaryCrossEntropy, PAIR, ['weight']),
  'nn.functional.binary_cross_entropy_with_logits': loss(losses.binaryCrossEntropyWithLogits, PAIR, ['weight', 'pos_weight']),
  'nn.functional.soft_margin_loss': loss(losses.softMarginLoss, PAIR),
  'nn.functional.multilabel_soft_margin_loss': loss(losses.multilabelSoftMarginLoss, PAIR, ['weight']),
  'nn.functional.margin_ranking_loss': loss(losses.marginRankingLoss, EMBEDDINGS, ['margin']),
  'nn.functional.hinge_embedding_loss': loss(losses.hingeEmbeddingLoss, PAIR, ['margin']),
  'nn.functional.multi_margin_loss': loss(losses.multiMarginLoss, PAIR, ['p', 'margin', 'weight']),
  'nn.functional.multilabel_margin_loss': loss(losses.multilabelMarginLoss, PAIR),
  'nn.functional.cosine_embedding_loss': loss(losses.cosineEmbeddingLoss, EMBEDDINGS, ['margin']),
  'nn.functional.triplet_margin_loss': loss(losses.tripletMarginLoss, TRIPLET, ['margin', 'p', 'eps', 'swap']),
  'nn.functional.triplet_margin_with_distance_loss': loss(losses.tripletMarginWithDistanceLoss, TRIPLET, ['distance_function', 'margin', 'swap']),
};

type LossClass = new (options: never) => Module;

/** A module with these options by name. */
const module =
  (Made: LossClass, options: readonly string[] = []) =>
  (given: Call): Module =>
    new Made(keywords(given, ['reduction', ...options]) as never);

export const lossModules: Readonly<Record<string, (call: Call) => Module>> = {
  L1Loss: module(losses.L1Loss),
  MSELoss: module(losses.MSELoss),
  SmoothL1Loss: module(losses.SmoothL1Loss, ['beta']),
  HuberLoss: module(losses.HuberLoss, ['delta']),
  CrossEntropyLoss: module(losses.CrossEntropyLoss, ['weight', 'ignore_index', 'label_smoothing']),
  NLLLoss: module(losses.NLLLoss, ['weight', 'ignore_index']),
  CTCLoss: module(losses.CTCLoss, ['blank', 'zero_infinity']),
  KLDivLoss: module(losses.KLDivLoss, ['log_target']),
  PoissonNLLLoss: module(losses.PoissonNLLLoss, ['log_input', 'full', 'eps']),
  GaussianNLLLoss: module(losses.GaussianNLLLoss, ['full', 'eps']),
  BCELoss: module(losses.BCELoss, ['weight']),
  BCEWithLogitsLoss: module(losses.BCEWithLogitsLoss, ['weight', 'pos_weight']),
  SoftMarginLoss: module(losses.SoftMarginLoss),
  MultiLabelSoftMarginLoss: module(losses.MultiLabelSoftMarginLoss, ['weight']),
  MarginRankingLoss: module(losses.MarginRankingLoss, ['margin']),
  HingeEmbeddingLoss: module(losses.HingeEmbeddingLoss, ['margin']),
  MultiMarginLoss: module(losses.MultiMarginLoss, ['p', 'margin', 'weight']),
  MultiLabelMarginLoss: module(losses.MultiLabelMarginLoss),
  CosineEmbeddingLoss: module(losses.CosineEmbeddingLoss, ['margin']),
  TripletMarginLoss: module(losses.TripletMarginLoss, ['margin', 'p', 'eps', 'swap']),
  TripletMarginWithDistanceLoss: module(losses.TripletMarginWithDistanceLoss, ['distance_function', 'margin', 'swap']),
};
