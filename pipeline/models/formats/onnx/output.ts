// Which of a file's outputs is that of the dense layers upon a stack, by what onnxruntime gives, and how to run it.
import { InputError } from '../../../base/errors.ts';
import { openPart, type PartProgram, type Value, type ValueType } from '../../../engines/index.ts';
import { type ForeignNetwork, unsupported } from '../../foreign.ts';
import { cut, encode } from './cut.ts';
import { applyDense, type Head, readHead } from './head.ts';
import type { OpenedOnnx } from './layered.ts';
import { isSame, type Level, type Stack, SUPPORTED } from './stack.ts';
import { typeOf } from './tensors.ts';

export interface Output {
  readonly name: string;
  readonly head: Head;
  readonly isLogarithm: boolean;
  readonly notes: readonly string[];
}

interface Candidate {
  readonly name: string;
  readonly head: Head;
  readonly last: boolean;
}

/**
 * The output that lies behind the most layers.
 * @throws {InputError} where another one is neither a state nor on the way to it, or comes from an operator that is not
 *   known
 */
export async function readOutput(opened: OpenedOnnx, { input, stack }: Stack, file: string): Promise<Output> {
  const { source, folder, probe } = opened;
  const candidates: Candidate[] = [];
  const states: string[] = [];
  const rest: { name: string; head: Head }[] = [];
  const names = source.outputs.map(({ name }) => name ?? '');
  const program = await openFile(opened, names);
  try {
    const ran = await program.run(probe.given, names);
    for (const name of names) {
      const head = await readHead(source, folder, name);
      const last = givenBy(head, stack, ran.get(name)!.data as Float32Array, probe.given, input, opened);
      if (last !== undefined) candidates.push({ name, head, last });
      else if (head.dense.length === 0 && head.from !== undefined && head.from.output > 0) states.push(name);
      else rest.push({ name, head });
    }
  } finally {
    await program.dispose();
  }
  const [chosen] = candidates.toSorted(byDepth);
  const wrong = rest.find(({ head, name }) => !isOnTheWay(head, chosen?.head) && name !== chosen?.name);
  if (wrong !== undefined) throw refusedOutput(wrong, chosen, file);
  if (chosen === undefined) {
    throw unsupported(
      'No output of it gives what its last LSTM or GRU or a dense layer upon it gives',
      { file },
      SUPPORTED,
    );
  }
  const { head, name, last } = chosen;
  const quoted = states.map((one) => `"${one}"`).join(', ');
  const notes = [
    ...(states.length > 0 ? [`States at the end that the file gives too were left out: ${quoted}.`] : []),
    ...(last ? ["The file gives the last step's output alone; here there is one at each step."] : []),
    ...(head.isLogarithm ? ['The file gives the logarithms of its probabilities.'] : []),
  ];
  return { name, head, isLogarithm: head.isLogarithm, notes };
}

/** @returns whether it is of the last step alone; undefined where the file gives something else */
function givenBy(
  { dense, isLogarithm, from }: Head,
  stack: readonly Level[],
  found: Float32Array,
  given: ReadonlyMap<string, Value>,
  input: string,
  { model }: OpenedOnnx,
): boolean | undefined {
  const { h, nodes } = stack.at(-1)!;
  if (from === undefined || !nodes.includes(from.node)) return undefined;
  const at = model.inputs.find(({ name }) => name === input)!.sides.indexOf('steps');
  const steps = given.get(input)!.dims[at] ?? 1;
  const width = h.length / steps;
  const all = applyDense(h, width, dense);
  if (all === undefined) return undefined;
  const expected = isLogarithm ? all.map(Math.log) : all;
  if (isSame(found, expected)) return steps === 1 && from.output === 1;
  return isSame(found, expected.subarray(-all.length / steps)) ? true : undefined;
}

/** Deepest first, a dense layer behind its function; of two of a depth the one with all steps. */
function byDepth(a: Candidate, b: Candidate): number {
  return depthOf(b.head) - depthOf(a.head) || Number(a.last) - Number(b.last);
}

function depthOf({ dense }: Head): number {
  return 2 * dense.length + (dense.at(-1)?.activation === 'linear' ? 0 : 1);
}

/** Of layers below, or of a dense layer what comes before its bias or its function. */
function isOnTheWay({ dense, from, other }: Head, chosen: Head | undefined): boolean {
  if (chosen === undefined || other !== undefined || from === undefined) return false;
  return dense.every(({ kernel }, k) => chosen.dense[k]?.kernel === kernel || chosen.dense[k]?.name === dense[k]!.name);
}

function refusedOutput({ name, head }: { name: string; head: Head }, chosen: Candidate | undefined, file: string) {
  if (head.other !== undefined) {
    const { operator, name: node } = head.other;
    return unsupported(`The output "${name}" comes from the operator ${operator} ("${node}")`, { file }, SUPPORTED);
  }
  if (chosen === undefined) {
    const what = `The output "${name}" is not what dense layers make of each step, or of the last one`;
    return unsupported(what, { file }, SUPPORTED);
  }
  const names = `"${chosen.name}" and "${name}"`;
  return unsupported(`The outputs ${names} come from different layers`, { file }, 'Export the model with one output.');
}

// Running the file by the runtime itself.

async function openFile({ source }: OpenedOnnx, names: readonly string[]): Promise<PartProgram> {
  const outputs = names.map((name) => {
    const type = typeOf(source.outputs.find((one) => one.name === name)?.type?.tensorType?.elemType);
    return type === undefined ? { name } : { name, type };
  });
  const bytes = encode(source, cut(source, names, new Set()), outputs, (input) => source.inputType(input));
  return openPart(bytes, 'the file');
}

/** Runs the file on any sequence, by onnxruntime. */
export function runnerOf(
  opened: OpenedOnnx,
  { input, steps: only }: Stack,
  { name: output, isLogarithm }: Pick<Output, 'name' | 'isLogarithm'>,
  file: string,
): NonNullable<ForeignNetwork['run']> {
  const { model, probe } = opened;
  const { sides, type } = model.inputs.find(({ name }) => name === input)!;
  return async (sequence, steps) => {
    if (only !== undefined && steps !== only) {
      const fix = `Give it ${only}, or export the model for any length.`;
      throw new InputError(`It reads sequences of ${only} steps alone, not of ${steps}.`, { file }, fix);
    }
    const dims = sides.map((side) => (side === 'steps' ? steps : side));
    const program = await openFile(opened, [output]);
    try {
      const given = new Map(probe.given).set(input, { type, dims, data: typed(type, sequence) });
      const found = (await program.run(given, [output])).get(output)!.data as Float32Array;
      return isLogarithm ? found.map(Math.exp) : found;
    } finally {
      await program.dispose();
    }
  };
}

function typed(type: ValueType, values: Float32Array): Value['data'] {
  if (type === 'int64') return BigInt64Array.from(values, BigInt);
  return type === 'int32' ? Int32Array.from(values) : values;
}
