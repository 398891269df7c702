import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../pipeline/base/errors.ts';
import { readOnnx } from '../../../../pipeline/models/formats/onnx/read.ts';
import { GraphBuilder } from '../../../../pipeline/models/formats/onnx/write.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { expectReadOrRefused } from '../../mutations.ts';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/onnx/${name}`, import.meta.url)));

describe('any mutation of an ONNX model', () => {
  it.each([
    ['torch-both-ways', 700],
    ['torch-last', 500],
    ['keras-both-ways', 500],
    ['apart', 700],
  ])('is read or refused, and never fails otherwise: %s', async (name, count) => {
    await expectReadOrRefused(fixture(`${name}.onnx`), count, async (path) => {
      await readOnnx(path);
    });
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });
});

/** A field of a protocol buffer that has a length, which may be another than it says. */
function field(number: number, content: Buffer, length = content.length): Buffer {
  const varint: number[] = [];
  let left = length;
  for (; left > 127; left = Math.floor(left / 128)) varint.push((left % 128) + 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint, left]), content]);
}

/** The numbers of fields in onnx.proto. */
const GRAPH = 7;
const TENSOR = 5;

function nested(depth: number): Buffer {
  let graph: Buffer = Buffer.alloc(0);
  // A graph in an attribute of a node of a graph.
  for (let k = 0; k < depth; k++) graph = field(1, field(5, field(6, graph)));
  return field(GRAPH, graph);
}

describe('a file that is made to fill the memory', () => {
  it.each<[string, Buffer, string]>([
    ['a length beyond the file', field(GRAPH, Buffer.from('0a00', 'hex'), 2 ** 31), 'bytes does not fit'],
    [
      'a length beyond its message',
      field(GRAPH, field(TENSOR, Buffer.from([0]), 9)),
      'a field of 9 bytes does not fit',
    ],
    ['a number without end', Buffer.alloc(12, 0xff), 'a number has no end'],
    ['graphs in graphs', nested(5000), 'it is nested too deeply'],
    ['whole numbers of a byte each', field(GRAPH, field(TENSOR, field(7, Buffer.alloc(3_000_000)))), 'holds more than'],
    ['empty nodes', field(GRAPH, Buffer.from('0a00'.repeat(1_500_000), 'hex')), 'holds more than'],
    [
      'a shape without numbers',
      field(GRAPH, field(TENSOR, Buffer.from('0880808080100880808080101001', 'hex'))),
      'shape',
    ],
  ])('is refused: %s', async (_, bytes, message) => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, bytes);
    const before = process.memoryUsage().rss;
    await expect(readOnnx(path)).rejects.toThrow(message);
    await expect(readOnnx(path)).rejects.toBeInstanceOf(InputError);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('is refused: constants that double forty times', async () => {
    const graph = new GraphBuilder();
    let value = graph.constant('w', [1, 4, 1], new Float32Array(4));
    for (let k = 0; k < 40; k++) value = graph.node('Concat', `w${k}`, [value, value], { axis: 1 });
    graph.node('LSTM', 'y', ['x', value, value]);
    const path = join(temporaryFolder(), 'model.onnx');
    const shape = ['steps', 'batch', 1];
    writeFileSync(path, graph.finish({ name: 'x', type: 'float32', shape }, { name: 'y', type: 'float32', shape }));
    await expect(readOnnx(path)).rejects.toThrow('It computes far more constants than it holds.');
  });
});
