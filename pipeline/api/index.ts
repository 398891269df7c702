// What `import … from 'cellarium'` gives: a trained LSTM's gates, weights and memory, without the site.

export { InputError } from '../base/errors.ts';
export type { Signal } from '../base/signals.ts';
export type { Memory } from '../inspect/memory.ts';
export type { GateWeights, LayerGates } from '../lstm/gates.ts';
export type { Architecture, Matrix, Parameters } from '../lstm/parameters.ts';
export type { NetworkState } from '../lstm/state.ts';
export type {
  GruGateWeights,
  LayersInput,
  LayersTrace,
  LayersTraceOptions,
  NamedLayerGates,
  OneInput,
  TracedNode,
} from './layers.ts';
export { type MemoryOptions, memory } from './memory.ts';
export type { Input } from './model.ts';
export {
  isLayered,
  type LayeredModel,
  type LoadOptions,
  loadModel,
  type Model,
  splitGates,
  type WholeModel,
} from './model.ts';
export { type Trace, type TracedLayer, type TraceOptions, trace } from './trace.ts';
