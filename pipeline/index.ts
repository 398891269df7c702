// What `import … from 'cellarium'` gives: a trained LSTM's gates, weights and memory, without the site.
export { splitGates } from './api/gates.ts';
export type { Input } from './api/input.ts';
export { type MemoryOptions, memory } from './api/memory.ts';
export { type LoadOptions, loadModel, type Model } from './api/model.ts';
export { type Trace, type TracedLayer, type TraceOptions, trace } from './api/trace.ts';
export { InputError } from './errors.ts';
export type { Memory } from './inspect/memory.ts';
export type { GateWeights, LayerGates } from './lstm/gates.ts';
export type { Architecture, Matrix, Parameters } from './lstm/parameters.ts';
export type { NetworkState } from './lstm/state.ts';
export type { Signal } from './signals.ts';
