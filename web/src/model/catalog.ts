// The choices of the page, each with its standard name and a plain gloss.
import type { Kind } from "../types";

export interface Choice {
  value: string;
  label: string;
  gloss?: string;
}

export interface OptionChoice {
  name: string;
  label: string;
  gloss: string;
  otherwise: number | boolean;
  min?: number;
  max?: number;
  step?: number;
}

export interface Configurable extends Choice {
  options: OptionChoice[];
}

export const LIMITS = { units: 512, layers: 12, rows: 5000, classes: 10, points: 5000 };

export const KINDS: { kind: Kind; label: string; gloss: string }[] = [
  { kind: "moons", label: "Moons", gloss: "two half circles that interlock" },
  { kind: "circles", label: "Circles", gloss: "a ring around a disk" },
  { kind: "spirals", label: "Spirals", gloss: "two arms that wind around each other" },
  { kind: "blobs", label: "Blobs", gloss: "round clouds, one for each class" },
  { kind: "above", label: "Curve", gloss: "the class is which side of y = f(x) a point is on" },
  { kind: "surface", label: "Surface", gloss: "regression: predict the number z = f(x, y)" },
  { kind: "digits", label: "Digits", gloss: "handwritten digits of 8 by 8 pixels" },
  { kind: "points", label: "Paint", gloss: "your own points, in up to ten classes" },
  { kind: "own", label: "Own data", gloss: "the rows that the playground was started with" },
];

export const ACTIVATIONS: Choice[] = [
  { value: "tanh", label: "tanh" },
  { value: "relu", label: "ReLU" },
  { value: "leaky_relu", label: "Leaky ReLU" },
  { value: "elu", label: "ELU" },
  { value: "selu", label: "SELU" },
  { value: "gelu", label: "GELU" },
  { value: "silu", label: "SiLU" },
  { value: "mish", label: "Mish" },
  { value: "softplus", label: "Softplus" },
  { value: "sigmoid", label: "Sigmoid" },
  { value: "identity", label: "Identity" },
];

export const INITIALIZERS: Choice[] = [
  { value: "auto", label: "Automatic" },
  { value: "glorot_uniform", label: "Glorot uniform" },
  { value: "glorot_normal", label: "Glorot normal" },
  { value: "he_uniform", label: "He uniform" },
  { value: "he_normal", label: "He normal" },
  { value: "lecun_uniform", label: "LeCun uniform" },
  { value: "lecun_normal", label: "LeCun normal" },
  { value: "orthogonal", label: "Orthogonal" },
  { value: "normal", label: "Normal, std 0.01" },
  { value: "uniform", label: "Uniform, ±0.05" },
  { value: "zeros", label: "Zeros" },
];

export const NORMALIZATIONS: Choice[] = [
  { value: "none", label: "None" },
  { value: "batchnorm", label: "Batch norm" },
  { value: "layernorm", label: "Layer norm" },
];

const momentum: OptionChoice = {
  name: "momentum", label: "Momentum", gloss: "share of the last step that is kept", otherwise: 0,
  min: 0, max: 0.999, step: 0.05,
};
const decay = (otherwise: number): OptionChoice => ({
  name: "decay", label: "Decay", gloss: "memory of the mean of squared gradients", otherwise, min: 0, max: 0.9999, step: 0.01,
});
const beta1: OptionChoice = {
  name: "beta1", label: "β₁", gloss: "memory of the mean gradient", otherwise: 0.9, min: 0, max: 0.9999, step: 0.01,
};
const beta2 = (otherwise = 0.999): OptionChoice => ({
  name: "beta2", label: "β₂", gloss: "memory of the mean of squared gradients", otherwise, min: 0, max: 0.99999, step: 0.001,
});
const epsilon = (otherwise: number): OptionChoice => ({
  name: "epsilon", label: "ε", gloss: "added to the divisor, against division by 0", otherwise, min: 0, step: 1e-8,
});

export const OPTIMIZERS: (Configurable & { rate: number })[] = [
  {
    value: "sgd", label: "SGD", rate: 0.01,
    options: [momentum, { name: "nesterov", label: "Nesterov", gloss: "look ahead along the momentum", otherwise: false }],
  },
  { value: "adam", label: "Adam", rate: 0.001, options: [beta1, beta2(), epsilon(1e-8)] },
  { value: "adamw", label: "AdamW", rate: 0.001, options: [beta1, beta2(), epsilon(1e-8)] },
  { value: "nadam", label: "NAdam", rate: 0.002, options: [beta1, beta2(), epsilon(1e-8)] },
  { value: "amsgrad", label: "AMSGrad", rate: 0.001, options: [beta1, beta2(), epsilon(1e-8)] },
  { value: "rmsprop", label: "RMSProp", rate: 0.01, options: [decay(0.99), momentum, epsilon(1e-8)] },
  { value: "adagrad", label: "Adagrad", rate: 0.01, options: [epsilon(1e-10)] },
  { value: "adadelta", label: "Adadelta", rate: 1, options: [decay(0.9), epsilon(1e-6)] },
  { value: "lion", label: "Lion", rate: 0.0001, options: [beta1, beta2(0.99)] },
];

export const SCHEDULES: Configurable[] = [
  { value: "constant", label: "Constant", options: [] },
  {
    value: "step", label: "Step",
    options: [
      { name: "every", label: "Every", gloss: "epochs between two cuts", otherwise: 30, min: 1, step: 1 },
      { name: "factor", label: "Factor", gloss: "of each cut", otherwise: 0.1, min: 0, max: 1, step: 0.1 },
    ],
  },
  {
    value: "exponential", label: "Exponential",
    options: [{ name: "factor", label: "Factor", gloss: "per epoch", otherwise: 0.95, min: 0, max: 1, step: 0.01 }],
  },
  {
    value: "cosine", label: "Cosine",
    options: [
      { name: "warmup", label: "Warm-up", gloss: "share of the epochs in which the rate rises", otherwise: 0, min: 0, max: 0.9, step: 0.05 },
      { name: "final", label: "Final", gloss: "factor at the end", otherwise: 0, min: 0, max: 1, step: 0.05 },
    ],
  },
  { value: "cosine_cycles", label: "Cosine cycles", options: [{ name: "cycles", label: "Cycles", gloss: "number of restarts", otherwise: 4, min: 1, step: 1 }] },
  { value: "flat_cosine", label: "Flat, then cosine", options: [] },
  { value: "one_cycle", label: "One cycle", options: [{ name: "peak_at", label: "Peak at", gloss: "share of the epochs before the peak", otherwise: 0.3, min: 0.01, max: 0.99, step: 0.05 }] },
  {
    value: "plateau", label: "On plateau",
    options: [
      { name: "factor", label: "Factor", gloss: "of each cut", otherwise: 0.1, min: 0.001, max: 0.99, step: 0.1 },
      { name: "patience", label: "Patience", gloss: "epochs without improvement before a cut", otherwise: 10, min: 1, step: 1 },
    ],
  },
];

export const CLASS_LOSSES: Choice[] = [
  { value: "cross_entropy", label: "Cross-entropy" },
  { value: "squared_error", label: "Squared error" },
];
export const NUMBER_LOSSES: Choice[] = [
  { value: "squared_error", label: "Squared error" },
  { value: "absolute_error", label: "Absolute error" },
  { value: "huber", label: "Huber" },
];

export const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
