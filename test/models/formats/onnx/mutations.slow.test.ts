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
    ['torch-both-ways', 300],
    ['torch-last', 200],
    ['keras-both-ways', 200],
    ['apart', 300],
    ['graphs/seq2seq', 300],
    ['graphs/padded-ids', 300],
    ['graphs/quantised', 300],
    ['graphs/dequantised', 200],
    ['graphs/function', 200],
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
      'It has no LSTM or GRU layer',
    ],
  ])('is refused: %s', async (_, bytes, message) => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, bytes);
    const before = process.memoryUsage().rss;
    await expect(readOnnx(path)).rejects.toThrow(message);
    await expect(readOnnx(path)).rejects.toBeInstanceOf(InputError);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  const shape = ['steps', 'batch', 1];
  const weights = (graph: GraphBuilder) => [
    graph.constant('W', [1, 4, 1], new Float32Array(4)),
    graph.constant('R', [1, 4, 1], new Float32Array(4)),
  ];
  const longs = (...values: number[]) => BigInt64Array.from(values, BigInt);

  it.each<[string, string, (graph: GraphBuilder) => void]>([
    [
      'constants that double forty times',
      'It computes far more constants than it holds.',
      (graph) => {
        let value = graph.constant('w', [1, 4, 1], new Float32Array(4));
        for (let k = 0; k < 40; k++) value = graph.node('Concat', `w${k}`, [value, value], { axis: 1 });
        graph.node('LSTM', 'y', ['x', value, value]);
      },
    ],
    [
      'a long row that is taken many times',
      'It computes far more constants than it holds.',
      (graph) => {
        const row = graph.constant('row', [1, 20_000], new Float32Array(20_000));
        const indices = graph.constant('indices', [10_000], new BigInt64Array(10_000));
        const value = graph.node('Gather', 'many', [row, indices], { axis: 0 });
        graph.node('LSTM', 'y', ['x', value, value]);
      },
    ],
    [
      'a constant of a large shape',
      'It computes far more constants than it holds.',
      (graph) => {
        const value = graph.node('ConstantOfShape', 'many', [graph.constant('s', [3], longs(1, 40_000, 40_000))]);
        graph.node('LSTM', 'y', ['x', value, value]);
      },
    ],
    [
      'an input that doubles forty times',
      'makes far more values than the file and a sequence have.',
      (graph) => {
        let value = 'x';
        for (let k = 0; k < 40; k++) value = graph.node('Concat', `x${k}`, [value, value], { axis: 0 });
        graph.node('LSTM', 'y', [value, ...weights(graph)], { hidden_size: 1 });
      },
    ],
    [
      'an output that is repeated',
      'makes far more values than the file and a sequence have.',
      (graph) => {
        const h = graph.node('LSTM', 'h', ['x', ...weights(graph)], { hidden_size: 1 });
        graph.node('Tile', 'y', [h, graph.constant('times', [4], longs(40_000, 1, 1, 40_000))]);
      },
    ],
    [
      'a sequence that is resized',
      'The operator Resize ("y") makes far more values',
      (graph) => {
        const h = graph.node('LSTM', 'h', ['x', ...weights(graph)], { hidden_size: 1 });
        const sizes = graph.constant('sizes', [4], longs(40_000, 1, 50, 40_000));
        graph.node('Resize', 'y', [h, '', '', sizes], {});
      },
    ],
    [
      'a row and a column that are added',
      'makes far more values than the file and a sequence have.',
      (graph) => {
        const row = graph.constant('row', [1, 1, 40_000], new Float32Array(40_000));
        const column = graph.constant('column', [40_000, 1, 1, 1], new Float32Array(40_000));
        const beside = graph.node('Add', 'beside', ['x', row]);
        graph.node('Add', 'y', [beside, column]);
        graph.node('LSTM', 'h', ['x', ...weights(graph)], { hidden_size: 1 });
      },
    ],
    [
      'numbers of characters as rows of a million',
      'makes far more values than the file and a sequence have.',
      (graph) => {
        const ids = graph.node('Cast', 'ids', ['x'], { to: 7 });
        const depth = graph.constant('depth', [1], longs(1_000_000));
        graph.node('OneHot', 'y', [ids, depth, graph.constant('values', [2], Float32Array.of(0, 1))], { axis: -1 });
        graph.node('LSTM', 'h', ['x', ...weights(graph)], { hidden_size: 1 });
      },
    ],
    [
      'a depth that is read',
      'may make any number of values',
      (graph) => {
        const ids = graph.node('Cast', 'ids', ['x'], { to: 7 });
        const depth = graph.node('ReduceMax', 'depth', [ids], { keepdims: 0 });
        graph.node('OneHot', 'y', [ids, depth, graph.constant('values', [2], Float32Array.of(0, 1))], { axis: -1 });
        graph.node('LSTM', 'h', ['x', ...weights(graph)], { hidden_size: 1 });
      },
    ],
  ])('is refused: %s', async (_, message, fill) => {
    const graph = new GraphBuilder();
    fill(graph);
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, graph.finish({ name: 'x', type: 'float32', shape }, { name: 'y', type: 'float32', shape }));
    const before = process.memoryUsage().rss;
    await expect(readOnnx(path)).rejects.toThrow(message);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });
});
