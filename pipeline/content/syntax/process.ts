// The process's end of read.ts: a program comes in on standard input, its spans go out on standard output.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BRACKETS, programmingLanguage, SYNTAX_KINDS } from '../../datasets/text/syntax.ts';
import { GRAMMARS } from './grammars.ts';
import { Walk } from './walk.ts';

const NAME = '@vscode/tree-sitter-wasm';
const require = createRequire(import.meta.url);
const { Parser, Language }: typeof import('@vscode/tree-sitter-wasm') = require(NAME);

const grammar = GRAMMARS[programmingLanguage(process.argv[2] ?? '')!];
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(join(dirname(require.resolve(NAME)), `${grammar.wasm}.wasm`)));
const text = readFileSync(0, 'utf8');
const walk = new Walk(text, grammar);
walk.run(parser.parse(text)!.rootNode);

const toPosition = positionsOf(text);
const ofSpans = SYNTAX_KINDS.map((kind) => {
  const spans = walk.spans[kind];
  const order = Array.from({ length: spans.length / 2 }, (_, row) => row).sort((a, b) => spans[2 * a]! - spans[2 * b]!);
  return [order.map((row) => toPosition(spans[2 * row]!)), order.map((row) => toPosition(spans[2 * row + 1]!))];
});
const ofDepths = BRACKETS.map((bracket) => {
  const depths = walk.depths[bracket];
  return [depths.filter((_, index) => index % 2 === 0).map(toPosition), depths.filter((_, index) => index % 2 === 1)];
});
for (const [first, second] of [...ofSpans, ...ofDepths]) {
  write(Uint32Array.of(first!.length));
  write(Uint32Array.from(first!));
  write(Uint32Array.from(second!));
}

/** A pipe takes no more than fits into it. */
function write(numbers: Uint32Array): void {
  const bytes = Buffer.from(numbers.buffer);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

/** From UTF-16 units to code points. */
function positionsOf(program: string): (unit: number) => number {
  const pairs = Array.from(program.matchAll(/[\u{10000}-\u{10ffff}]/gu), ({ index }) => index);
  if (pairs.length === 0) return (unit) => unit;
  return (unit) => {
    let [low, high] = [0, pairs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[middle]! < unit) low = middle + 1;
      else high = middle;
    }
    return unit - low;
  };
}
