// Run by the test of WebGPU in a process of its own: how far the native engine on WebGPU is from the reference, as JSON.
import { differenceFromReference } from '../../pipeline/engines/index.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { KERAS_2_HARD_SIGMOID, randomInputs, relativeDifference, smallArchitecture } from './example.ts';

const engine = onnxEngine({ device: 'webgpu', threads: 1 });
const training = await differenceFromReference(engine);

// As many steps as make what is split and put together many times too much for a shader.
const architecture = smallArchitecture(KERAS_2_HARD_SIGMOID);
const computation = readingComputation(architecture, { steps: 50, streams: 2 }, true);
const inputs = randomInputs(computation, architecture, 2);
const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
const found = await (await engine.compile(computation)).run(inputs);
const signals = Object.fromEntries(
  Object.entries(expected).map(([name, values]) => [name, relativeDifference(found[name]!, values)]),
);
console.log(JSON.stringify({ training, signals }));
