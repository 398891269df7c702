import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { type Architecture, gateColumns, type Parameters } from '../../pipeline/lstm/parameters.ts';
import { zeroState } from '../../pipeline/lstm/state.ts';
import { meanLoss, positionLosses } from '../../pipeline/trace/loss.ts';
import { readText } from '../../pipeline/trace/read.ts';
import { readShard } from '../../pipeline/trace/shard.ts';
import { layOut } from '../../pipeline/trace/streams.ts';
import { characterSequence, characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters } from './networks.ts';

const onnx = onnxEngine({ device: 'cpu', threads: 1 });
const architecture: Architecture = { ...ARCHITECTURE, cellActivation: 'relu' };
const LAYER = 1;
const UNIT = 2;
/** A character that most of these texts lack; 0 is the padding. */
const KEY = 5;

/** What a gate of one cell adds up: a bias, and some characters or cells of its own layer. */
interface Gate {
  readonly bias: number;
  readonly byInput?: Readonly<Record<number, number>>;
  readonly byCell?: Readonly<Record<number, number>>;
}

/** Small weights, and a layer in which one cell's gates are given, by cell and gate. */
function parametersWith(
  layer: number,
  cells: Record<number, Partial<Record<'i' | 'f' | 'g' | 'o', Gate>>>,
): Parameters {
  const parameters = randomParameters(1);
  const { layers, dense } = parameters;
  const kernels = [...layers.flatMap((all) => [all.kernel, all.recurrentKernel]), ...dense.map((all) => all.kernel)];
  for (const { data } of kernels) {
    for (let k = 0; k < data.length; k++) data[k]! /= 20;
  }
  const { kernel, recurrentKernel, bias } = layers[layer]!;
  for (const [unit, gates] of Object.entries(cells)) {
    for (const [gate, { bias: constant, byInput = {}, byCell = {} }] of Object.entries(gates)) {
      const column = gateColumns(gate as 'i' | 'f' | 'g' | 'o', architecture.units[layer]!).from + Number(unit);
      for (const { matrix, by } of [
        { matrix: kernel, by: byInput },
        { matrix: recurrentKernel, by: byCell },
      ]) {
        for (let row = 0; row < matrix.rows; row++) matrix.data[row * matrix.columns + column] = by[row] ?? 0;
      }
      bias.data[column] = constant;
    }
  }
  return parameters;
}

const OPEN: Gate = { bias: 20 };
/** Tenfold at each character: beyond float32 after forty. */
const growing = { i: OPEN, o: OPEN, f: { bias: -20 }, g: { bias: 1, byCell: { [UNIT]: 10 } } };

/** The same in the first layer, only while it reads the padding's character, and lost at any other. */
function growingInPadding(): Parameters {
  const gate = { bias: -20, byInput: { 0: 40 } };
  return parametersWith(0, { [UNIT]: { ...growing, i: gate, o: gate } });
}

/** One that grows unless its neighbour remembers the key. */
function growingWithoutKey(): Parameters {
  return parametersWith(0, {
    0: { i: { bias: -20, byInput: { [KEY]: 40 } }, f: OPEN, g: { bias: 1 }, o: OPEN },
    [UNIT]: { ...growing, i: { bias: 20, byCell: { 0: -100 } } },
  });
}

const otherIds = (length: number): Int32Array => randomIds(length, 3).map((id) => 1 + (id % (KEY - 1)));

function read(parameters: Parameters, ids: Int32Array, engine = onnx): Promise<Float32Array> {
  return positionLosses({ engine, architecture, parameters, targets: characterTargets(ids, architecture.outputs) });
}

async function refusal(reading: Promise<unknown>): Promise<InputError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error;
  throw new Error(`it was not refused as input: ${String(error)}`);
}

const mean = (losses: Float32Array) => meanLoss(losses, [{ start: 0, end: losses.length }]);

describe('a network whose state overflows on the text', () => {
  const parameters = parametersWith(LAYER, { [UNIT]: growing });

  it.each([
    ['one stream', 300],
    ['one stream, in a window with padding', 70],
    ['many streams', 5050],
  ])('is refused in %s, and the layer and the cell are named', async (_, length) => {
    for (const engine of length < 1000 ? [onnx, referenceEngine(Float32Array)] : [onnx]) {
      const error = await refusal(read(parameters, otherIds(length), engine));
      expect(error.what).toContain("The network's state overflows on this text");
      // One overflowing cell takes along, a step later, all of its layer; but none of a layer below it.
      expect(error.what).toMatch(/in layer 2, the value of cell 2-[0-3] is/);
      expect(error.fix).toMatch(/^Check the weights/);
    }
  });

  it('is refused before anybody is given what it is no more', async () => {
    const given: boolean[] = [];
    const reading = readText({
      ...{ engine: onnx, architecture, parameters, sequence: characterSequence(otherIds(300)), signals: true },
      begin() {},
      window: ({ outputs }) => void given.push(Object.values(outputs).every((values) => values.every(Number.isFinite))),
    });
    await refusal(reading);
    expect(given).not.toContain(false);
  });

  it('is refused where it overflows in a late piece alone', async () => {
    const ids = otherIds(5050);
    ids.fill(0, 3500, 3600);
    await refusal(read(growingInPadding(), ids));
    const last = otherIds(5050);
    last.fill(0, 4900);
    await refusal(read(growingInPadding(), last));
  });

  it('is refused in a part of the text', async () => {
    const sequence = characterSequence(otherIds(5050));
    const reading = readShard({
      ...{ engine: onnx, architecture, parameters, sequence, first: 2, last: 5 },
      starts: zeroState(architecture, layOut(sequence.length).streams),
      opening: () => true,
      window() {},
    });
    await refusal(reading);
  });
});

describe('a network that overflows elsewhere than on the text', () => {
  it('is read where only the padding after the end is too much for it', async () => {
    const { streams, perStream } = layOut(30_050);
    expect((streams - 1) * perStream).toBeGreaterThan(30_050);
    for (const length of [60, 300, 1999, 30_050]) {
      expect(mean(await read(growingInPadding(), otherIds(length)))).toBeCloseTo(Math.log(ARCHITECTURE.outputs), 0);
    }
  });

  it('is read where only a piece that starts from a wrong guess is too much for it', async () => {
    const ids = otherIds(5050);
    ids[0] = KEY;
    expect(mean(await read(growingWithoutKey(), ids))).toBeCloseTo(Math.log(ARCHITECTURE.outputs), 0);
    await refusal(read(growingWithoutKey(), otherIds(5050)));
  });
});
