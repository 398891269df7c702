import type { Computation } from '../lstm/ops.ts';

export type Numbers = Float32Array | Float64Array;
export type Inputs = Readonly<Record<string, Numbers | Int32Array>>;
export type Outputs<A extends Numbers = Float32Array> = Record<string, A>;

/** A computation made ready to run many times. Arrays are row-major and of the declared shape. */
export interface Program<A extends Numbers = Float32Array> {
  run(inputs: Inputs): Promise<Outputs<A>>;
  /** Frees what the engine holds; the program cannot run afterwards. */
  dispose(): Promise<void>;
}

/** One of the ways to run the mathematics of `lstm/`. */
export interface Engine<A extends Numbers = Float32Array> {
  readonly name: string;
  /** What it runs on, for showing. */
  readonly device: string;
  /** @param constants inputs that are the same in every run, which then leaves them out; engines prepare them once */
  compile(computation: Computation, constants?: Inputs): Promise<Program<A>>;
}

/** @throws RangeError where an input is missing or not of its declared size: a defect of the caller, not of the user */
export function checkInputs(computation: Computation, inputs: Inputs): void {
  for (const [name, { rows, columns }] of Object.entries(computation.inputs)) {
    const found = inputs[name]?.length;
    if (found !== rows * columns) {
      throw new RangeError(`Input "${name}" should hold ${rows}×${columns} values and holds ${found ?? 'none'}.`);
    }
  }
}
