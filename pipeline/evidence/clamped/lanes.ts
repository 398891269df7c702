// Networks that run side by side as the streams of one batch, each reading a text of its own, one of them perhaps with a
// cell clamped, and going on by itself.
import { mixedRandom } from '../../base/random.ts';
import type { Engine, Program } from '../../engines/engine.ts';
import { stepComputation } from '../../lstm/clamped.ts';
import { clampedName, keepName, outputName } from '../../lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../../lstm/parameters.ts';
import { copyStream, type NetworkState, stateFromOutputs, stateToInputs, zeroState } from '../../lstm/state.ts';
import { choose } from '../../trace/generate.ts';
import { pickStreams } from '../../trace/streams.ts';

/** Lanes that run at once. */
const STREAMS = 64;

/** A cell that passes on a constant; layer and unit from 0. */
export interface Clamp {
  readonly layer: number;
  readonly unit: number;
  readonly value: number;
}

/** Where a lane stands. */
export interface Moment {
  /** Of one stream. */
  readonly state: NetworkState;
  /** Log-probabilities of what follows, [outputs]. */
  readonly prediction: Float32Array;
}

export interface Lane {
  /** Of one stream. */
  readonly start: NetworkState;
  readonly clamp: Clamp | null;
}

/** Told of every step of every lane. @param outputs of the batch, the lane's in row `stream` */
export type Visit = (
  lane: number,
  step: number,
  outputs: Readonly<Record<string, Float32Array>>,
  stream: number,
) => void;

export interface Sampling {
  readonly seed: number;
  readonly temperature: number;
  readonly length: number;
}

export class Lanes {
  readonly #architecture: Architecture;
  readonly #program: Program;

  private constructor(architecture: Architecture, program: Program) {
    this.#architecture = architecture;
    this.#program = program;
  }

  static async compile(engine: Engine, architecture: Architecture, parameters: Parameters): Promise<Lanes> {
    const program = await engine.compile(stepComputation(architecture, STREAMS), namedValues(architecture, parameters));
    return new Lanes(architecture, program);
  }

  dispose(): Promise<void> | void {
    return this.#program.dispose();
  }

  /**
   * Reads a text in each lane. Texts of a batch end together; the shorter ones wait in their start.
   * @returns where each lane stands at the end of its text, which has at least one character
   */
  async read(lanes: readonly (Lane & { readonly ids: Int32Array })[], visit: Visit = () => {}): Promise<Moment[]> {
    const ends: Moment[] = [];
    for (let first = 0; first < lanes.length; first += STREAMS) {
      const batch = lanes.slice(first, first + STREAMS);
      const steps = Math.max(...batch.map(({ ids }) => ids.length));
      const run = this.#runner(batch);
      for (let t = 0; t < steps; t++) {
        const places = batch.map(({ ids }) => t - (steps - ids.length));
        const outputs = await run.step(Int32Array.from(batch, ({ ids }, b) => ids[Math.max(0, places[b]!)]!));
        batch.forEach((lane, stream) => {
          if (places[stream]! < 0) copyStream(this.#architecture, lane.start, 0, run.state, stream);
          else visit(first + stream, places[stream]!, outputs, stream);
        });
      }
      ends.push(...batch.map((_, stream) => run.moment(stream)));
    }
    return ends;
  }

  /** Goes on in each lane from where it stands, all with the same seed. @returns what each wrote */
  async write(
    lanes: readonly { readonly moment: Moment; readonly clamp: Clamp | null }[],
    { seed, temperature, length }: Sampling,
    visit: Visit = () => {},
  ): Promise<Int32Array[]> {
    const written = lanes.map(() => new Int32Array(length));
    for (let first = 0; first < lanes.length; first += STREAMS) {
      const batch = lanes.slice(first, first + STREAMS);
      const run = this.#runner(batch.map(({ moment, clamp }) => ({ start: moment.state, clamp })));
      const randoms = batch.map(() => mixedRandom(seed));
      for (let t = 0; t < length; t++) {
        batch.forEach(({ moment }, stream) => {
          const prediction = t === 0 ? moment.prediction : run.moment(stream).prediction;
          written[first + stream]![t] = choose(prediction, { kind: 'random', temperature }, randoms[stream]!);
        });
        const outputs = await run.step(Int32Array.from(batch, (_, stream) => written[first + stream]![t]!));
        batch.forEach((_, stream) => {
          visit(first + stream, t, outputs, stream);
        });
      }
    }
    return written;
  }

  /** What runs a batch; rows beyond it do what its first lane does. */
  #runner(batch: readonly Lane[]) {
    const architecture = this.#architecture;
    const laneOf = (stream: number): Lane => batch[stream] ?? batch[0]!;
    const state = zeroState(architecture, STREAMS);
    const holds: Record<string, Float32Array> = {};
    architecture.units.forEach((units, layer) => {
      holds[keepName(layer)] = new Float32Array(STREAMS * units).fill(1);
      holds[clampedName(layer)] = new Float32Array(STREAMS * units);
    });
    for (let stream = 0; stream < STREAMS; stream++) {
      const { start, clamp } = laneOf(stream);
      copyStream(architecture, start, 0, state, stream);
      if (clamp === null) continue;
      const place = stream * architecture.units[clamp.layer]! + clamp.unit;
      holds[keepName(clamp.layer)]![place] = 0;
      holds[clampedName(clamp.layer)]![place] = clamp.value;
    }
    const program = this.#program;
    let outputs: Readonly<Record<string, Float32Array>> = {};
    return {
      state,
      async step(ids: Int32Array) {
        const all = Int32Array.from({ length: STREAMS }, (_, stream) => ids[stream] ?? ids[0]!);
        outputs = await program.run({ ...stateToInputs(state), ids: all, ...holds });
        const next = stateFromOutputs(architecture, outputs);
        next.forEach(({ h, c }, layer) => {
          state[layer]!.h.set(h);
          state[layer]!.c.set(c);
        });
        return outputs;
      },
      moment(stream: number): Moment {
        const width = architecture.outputs;
        const prediction = outputs[outputName(architecture)]!.slice(stream * width, (stream + 1) * width);
        return { state: pickStreams(architecture, state, [stream]), prediction };
      },
    };
  }
}
