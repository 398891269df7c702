// Compared with lexers that have nothing to do with the parser: pygments, Python's tokenize and ast, and TypeScript.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type Span, toCharacters } from '../../pipeline/base/positions.ts';
import { readSyntax } from '../../pipeline/content/syntax/read.ts';
import { fromSpans, runs } from '../../pipeline/datasets/labels.ts';
import { LABEL_FUNCTIONS } from '../../pipeline/datasets/text/labels/index.ts';
import type { ProgrammingLanguage } from '../../pipeline/datasets/text/syntax.ts';
import { labelTextDataset, sampledDataset } from '../../pipeline/datasets/text/text.ts';
import { TextView } from '../../pipeline/datasets/text/text-view.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/code/${name}`, import.meta.url), 'utf8');
type Tokens = Record<string, [number, number][]>;
const tokens: Record<'c' | 'python', Tokens> = JSON.parse(fixture('tokens.json'));

const viewOf = (text: string, name: ProgrammingLanguage) =>
  new TextView(toCharacters(text), { language: { kind: 'programming', name }, readSyntax });
const label = (view: TextView, id: string) => LABEL_FUNCTIONS.get(id)!.label(view);

/** The text with brackets around what a label says is on: a difference is then seen at once. */
function marked(characters: readonly string[], values: ArrayLike<number>): string {
  const shown = [...characters];
  for (const { start, end } of runs(values)) {
    shown[start] = `[[${shown[start]}`;
    shown[end - 1] += ']]';
  }
  return shown.join('');
}

function expectSpans(view: TextView, id: string, spans: readonly Span[]): void {
  const { characters } = view;
  expect(marked(characters, label(view, id))).toBe(marked(characters, fromSpans(spans, characters.length)));
}

const spansOf = (list: Tokens, name: string, from = 0, to = 0): Span[] =>
  list[name]!.map(([start, end]) => ({ start: start + from, end: end - to }));

describe('a program in C', () => {
  const text = fixture('sample.c');
  const view = viewOf(text, 'c');
  const outside = (spans: readonly Span[]) =>
    spans.filter(({ start }) => !tokens.c.preprocessor!.some(([from, to]) => start >= from && start < to));

  it('has the keywords, names, numbers and operators that pygments finds', () => {
    expectSpans(view, 'keyword', spansOf(tokens.c, 'keyword'));
    expectSpans(view, 'identifier', outside(spansOf(tokens.c, 'identifier')));
    expectSpans(view, 'number-literal', outside(spansOf(tokens.c, 'number')));
    expectSpans(view, 'operator', outside(spansOf(tokens.c, 'operator')));
  });

  it('is inside strings and comments where pygments says so, once their opening mark is read and until they are over', () => {
    // To pygments the name of a file that is included is a part of the preprocessor's line.
    const included = { start: text.indexOf('"table.h'), end: text.indexOf('.h"') + 2 };
    expectSpans(view, 'inside-string', [...spansOf(tokens.c, 'string', 0, 1), included]);
    const comments = tokens.c.comment!.map(([start, end]) => {
      const isLine = text.startsWith('//', start);
      return { start: start + 1, end: isLine ? start + text.slice(start, end).trimEnd().length : end - 1 };
    });
    expectSpans(view, 'inside-comment', comments);
  });
});

describe('a program in Python', () => {
  const text = fixture('sample.py');
  const view = viewOf(text, 'python');

  it('has the keywords, names, numbers and operators that Python itself finds', () => {
    for (const [id, name] of [
      ['keyword', 'keyword'],
      ['number-literal', 'number'],
      ['operator', 'operator'],
    ] as const) {
      expectSpans(view, id, spansOf(tokens.python, name));
    }
    expectSpans(view, 'identifier', spansOf(tokens.python, 'identifier'));
  });

  it('has the comments, parameters, conditions and ends of statements that Python itself finds', () => {
    expectSpans(view, 'inside-comment', spansOf(tokens.python, 'comment'));
    expectSpans(view, 'inside-parameters', spansOf(tokens.python, 'parameters'));
    expectSpans(view, 'inside-condition', spansOf(tokens.python, 'condition'));
    expectSpans(view, 'statement-end', spansOf(tokens.python, 'statement-end'));
  });

  it('is inside the strings that Python itself finds, without what is program again in them', () => {
    expectSpans(view, 'inside-string', spansOf(tokens.python, 'string', 0, 1));
  });

  it('counts on from where each function began, with inner ones by themselves', () => {
    const expected = new Float32Array(view.characters.length);
    for (const [start, end] of tokens.python.function!) {
      for (let position = start; position < end; position++) expected[position] = position - start + 1;
    }
    expect([...label(view, 'since-function')]).toEqual([...expected]);
  });
});

/** The leaves of TypeScript's own tree. */
function leavesOf(file: string, text: string): ts.Node[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const leaves: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length === 0) leaves.push(node);
    for (const child of children) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(source);
  return leaves.filter((leaf) => leaf.getEnd() > leaf.getStart(source));
}

describe.each([
  ['typescript', 'pipeline/datasets/text/quotes.ts'],
  ['typescript', 'pipeline/datasets/text/applicable.ts'],
  ['javascript', 'node_modules/retext-smartypants/lib/index.js'],
  ['javascript', 'node_modules/commander/lib/help.js'],
] as const)('a program in %s, %s,', (language, file) => {
  const text = readFileSync(file, 'utf8');
  const view = viewOf(text, language);
  const leaves = leavesOf(file, text);
  const { SyntaxKind } = ts;
  const of = (isIt: (leaf: ts.Node) => boolean): Span[] =>
    leaves.filter(isIt).map((leaf) => ({ start: leaf.getStart(), end: leaf.getEnd() }));

  it('has the names, numbers and keywords that TypeScript finds', () => {
    const names = of(({ kind }) => kind === SyntaxKind.Identifier || kind === SyntaxKind.PrivateIdentifier);
    const isName = new Set(names.map(({ start }) => start));
    const found = runs(label(view, 'identifier')).filter(({ start }) => !isName.has(start));
    // Which are keywords to TypeScript in some places.
    const others = new Set(found.map(({ start, end }) => text.slice(start, end)));
    expect([...others].filter((name) => name !== 'undefined' && name !== 'constructor')).toEqual([]);
    expectSpans(
      view,
      'number-literal',
      of(({ kind }) => kind === SyntaxKind.NumericLiteral),
    );
    const keywords = of(({ kind }) => kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword);
    expectSpans(
      view,
      'keyword',
      keywords.filter(({ start, end }) => !others.has(text.slice(start, end))),
    );
  });

  it('is inside the strings and comments that TypeScript finds', () => {
    const strings = leaves.flatMap((leaf) => {
      const [start, end] = [leaf.getStart(), leaf.getEnd()];
      switch (leaf.kind) {
        case SyntaxKind.StringLiteral:
        case SyntaxKind.NoSubstitutionTemplateLiteral:
        case SyntaxKind.TemplateTail:
          return [{ start: leaf.kind === SyntaxKind.TemplateTail ? start + 1 : start, end: end - 1 }];
        case SyntaxKind.TemplateHead:
          return [{ start, end: end - 2 }];
        case SyntaxKind.TemplateMiddle:
          return [{ start: start + 1, end: end - 2 }];
        default:
          return [];
      }
    });
    expectSpans(view, 'inside-string', strings);
    const comments = new Map<number, Span>();
    for (const leaf of leaves) {
      for (const { pos, end, kind } of [
        ...(ts.getLeadingCommentRanges(text, leaf.getFullStart()) ?? []),
        ...(ts.getTrailingCommentRanges(text, leaf.getEnd()) ?? []),
      ]) {
        comments.set(pos, { start: pos + 1, end: kind === SyntaxKind.MultiLineCommentTrivia ? end - 1 : end });
      }
    }
    expectSpans(view, 'inside-comment', [...comments.values()]);
  });
});

describe('depths', () => {
  it('begin anew in each branch of the preprocessor, so that a brace which stands in both counts once', () => {
    const text = 'int f(){\n#if A\n  if( x ){\n#else\n  if( y ){\n#endif\n    g((1));\n  }\n}\nint b;\n';
    const view = viewOf(text, 'c');
    const depths = label(view, 'brace-depth');
    expect(depths[text.indexOf('g(')]).toBe(2);
    expect(depths[text.indexOf('int b')]).toBe(0);
    expect(label(view, 'parenthesis-depth')[text.indexOf('1')]).toBe(2);
  });

  it('do not count what strings and comments hold', () => {
    const view = viewOf('char *s = "{{("; /* {( */ int x;', 'c');
    expect([...label(view, 'brace-depth'), ...label(view, 'parenthesis-depth')].every((depth) => depth === 0)).toBe(
      true,
    );
  });
});

describe('a piece that is cut out of a program', () => {
  const text = `/*${' words'.repeat(500)}\n*/\n${'int f(int a){\n  char *s = "a { b";\n  return a; /* } */\n}\n\n'.repeat(1500)}`;

  it('is labelled as in the whole', () => {
    const source = { id: 'c', title: '', source: '', language: { kind: 'programming', name: 'c' } as const };
    const sample = sampledDataset(source, toCharacters(text), 20_000);
    expect(sample.texts.length).toBeLessThan(text.length / 2);
    const ids = ['inside-comment', 'inside-string', 'brace-depth', 'since-function', 'indentation', 'next-indentation'];
    const hypotheses = ids.map((id) => ({
      ...{ id, title: id, phrases: { on: '', off: '' }, labelling: { label: id } },
      kind: LABEL_FUNCTIONS.get(id)!.kind,
    }));
    const { labels } = labelTextDataset(sample, hypotheses, readSyntax);
    const whole = viewOf(text, 'c');
    ids.forEach((id, k) => {
      const values = label(whole, id);
      const expected = sample.sampledFrom!.pieces.flatMap(({ start, end }) => [...values.slice(start, end)]);
      expect([...Array.from(labels[k]!.values)]).toEqual(expected);
    });
  });

  it('is parsed as far as it goes where there is no whole', () => {
    const view = viewOf('words */ *p; /* x */ }\nint g(int a){ s = "x}"; if( a', 'c');
    expect(marked(view.characters, label(view, 'inside-string'))).toContain('s = [["x}]]";');
    expect(marked(view.characters, label(view, 'keyword'))).toContain('[[int]] g([[int]] a){');
    expect(marked(view.characters, label(view, 'inside-comment'))).toContain('/[[* x *]]/');
  });
});

it('positions are code points, whatever is outside of the basic plane before them', () => {
  const view = viewOf('/* 👒👒 */ int x = 5;', 'c');
  expect(marked(view.characters, label(view, 'number-literal'))).toBe('/* 👒👒 */ int x = [[5]];');
});
