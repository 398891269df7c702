// A program's syntax, by a parser in a process of its own: its library can be had only asynchronously, where labels are
// wanted at once, and the memory that a tree of millions of characters takes is given back.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endingWithThis } from '../../base/ending-with-this.ts';
import { besideModule } from '../../base/module-address.ts';
import { BRACKETS, type ReadSyntax, SYNTAX_KINDS, type Syntax } from '../../datasets/text/syntax.ts';

/** @throws Error where the parser fails, which it does of no text */
export const readSyntax: ReadSyntax = (text, language) => {
  const module = fileURLToPath(besideModule(import.meta.url, 'process'));
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...endingWithThis(), '--no-warnings', module, language],
    {
      input: text,
      maxBuffer: Number.POSITIVE_INFINITY,
    },
  );
  if (status !== 0) throw new Error(`The parser of ${language} ended with ${signal ?? status}: ${stderr}`);
  return unpack(stdout);
};

function unpack(bytes: Buffer): Syntax {
  // A copy, for numbers of four bytes must begin at a multiple of four.
  const numbers = new Uint32Array(new Uint8Array(bytes).buffer);
  let at = 0;
  const next = (length: number) => {
    at += length;
    return numbers.slice(at - length, at);
  };
  const pair = () => {
    const [count] = next(1);
    return [next(count!), next(count!)] as const;
  };
  const spans = SYNTAX_KINDS.map((kind) => {
    const [starts, ends] = pair();
    return [kind, { starts, ends }] as const;
  });
  const depths = BRACKETS.map((bracket) => {
    const [positions, values] = pair();
    return [bracket, { at: positions, depths: values }] as const;
  });
  return Object.fromEntries<unknown>([...spans, ...depths]) as unknown as Syntax;
}
