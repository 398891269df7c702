// A network's weights quantised to 8 bits for a browser: every matrix as whole numbers with a scale for each column, its
// largest entry being ±127. A column is what one gate of one cell reads, so no cell pays for the large weights of
// another. Biases stay as they are. The file is nothing but these, in the order of the tensors; numbers are little-endian.
import { type Architecture, assembleParameters, listTensors, type Parameters, tensorShapes } from './parameters.ts';

const LARGEST = 127;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Where a tensor begins: its scales (or its values, where it is one row), and after them its whole numbers. */
interface Place {
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
}

function places(architecture: Architecture): { tensors: Place[]; bytes: number } {
  let bytes = 0;
  const tensors = tensorShapes(architecture).map(({ rows, columns }) => {
    const offset = bytes;
    const whole = rows === 1 ? 0 : rows * columns;
    bytes += columns * FLOAT + Math.ceil(whole / FLOAT) * FLOAT;
    return { rows, columns, offset };
  });
  return { tensors, bytes };
}

/** Bytes of a network of this architecture when packed. */
export function packedSize(architecture: Architecture): number {
  return places(architecture).bytes;
}

/** @returns {@link packedSize} bytes */
export function packParameters(architecture: Architecture, parameters: Parameters): Uint8Array {
  const { tensors, bytes } = places(architecture);
  const packed = new Uint8Array(bytes);
  listTensors(parameters).forEach(({ data }, index) => {
    const { rows, columns, offset } = tensors[index]!;
    const scales = new Float32Array(packed.buffer, offset, columns);
    if (rows === 1) {
      scales.set(data);
      return;
    }
    for (let k = 0; k < data.length; k++) {
      const column = k % columns;
      scales[column] = Math.max(scales[column]!, Math.abs(data[k]!) / LARGEST);
    }
    const whole = new Int8Array(packed.buffer, offset + columns * FLOAT, rows * columns);
    for (let k = 0; k < data.length; k++) whole[k] = Math.round(data[k]! / (scales[k % columns]! || 1));
  });
  return packed;
}

/**
 * The weights again, each within half a step of its column's scale from what it was.
 * @param packed what {@link packParameters} made, in a buffer of its own
 * @throws RangeError where it has not the size of this architecture
 */
export function unpackParameters(architecture: Architecture, packed: Uint8Array): Parameters {
  const { tensors, bytes } = places(architecture);
  if (packed.length !== bytes) throw new RangeError(`A packed network of ${packed.length} bytes should have ${bytes}.`);
  const matrices = tensors.map(({ rows, columns, offset }) => {
    const scales = new Float32Array(packed.buffer, packed.byteOffset + offset, columns);
    if (rows === 1) return { rows, columns, data: scales.slice() };
    const whole = new Int8Array(packed.buffer, packed.byteOffset + offset + columns * FLOAT, rows * columns);
    const data = new Float32Array(rows * columns);
    for (let k = 0; k < data.length; k++) data[k] = whole[k]! * scales[k % columns]!;
    return { rows, columns, data };
  });
  return assembleParameters(architecture, matrices);
}
