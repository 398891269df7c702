// From the tree of a program to its spans: one pass over all nodes, which damaged and cut programs have as well.
import type { Node, TreeCursor } from '@vscode/tree-sitter-wasm';
import { SYNTAX_KINDS, type SyntaxKind } from '../../datasets/text/syntax.ts';
import type { Grammar } from './grammars.ts';

/** Of each kind starts and ends by turns, in UTF-16 units, by rising starts. */
export type FoundSpans = Record<SyntaxKind, number[]>;
/** Positions and depths by turns. */
export type FoundDepths = Record<'braces' | 'parentheses', number[]>;

/** A node that is open. */
interface Frame {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Of a string: where the piece of it begins that is under way; −1 in all others. */
  piece: number;
  /** Whether the head of a loop is not over yet. */
  inHead: boolean;
}

/** What stands at an if, else or endif of the preprocessor. */
const OPENS_BRANCH = /^#if/;
const NEXT_BRANCH = /^#el/;
const ENDS_BRANCHES = /^#endif/;

export class Walk {
  readonly spans = Object.fromEntries(SYNTAX_KINDS.map((kind) => [kind, []])) as unknown as FoundSpans;
  readonly depths: FoundDepths = { braces: [], parentheses: [] };
  readonly #text: string;
  readonly #grammar: Grammar;
  readonly #open: Frame[] = [];
  readonly #now = { braces: 0, parentheses: 0 };
  /** What was open where each conditional part of the preprocessor began: its branches begin from there. */
  readonly #branches: { braces: number; parentheses: number }[] = [];
  /** Parentheses that were open where each open brace stands: those within it end with it, whatever the preprocessor hides. */
  readonly #outer: number[] = [];
  /** End of the preprocessor line that was met last. */
  #lineEnd = 0;

  constructor(text: string, grammar: Grammar) {
    this.#text = text;
    this.#grammar = grammar;
  }

  /** Walks through all nodes, parents first. */
  run(root: Node): void {
    const cursor = root.walk();
    for (;;) {
      const { nodeType: type, startIndex: start, endIndex: end } = cursor;
      const isLeaf = !cursor.gotoFirstChild();
      if (isLeaf) {
        if (end > start) this.#leaf(type, start, end, cursor);
      } else {
        cursor.gotoParent();
        this.#enter(type, start, end, cursor);
        cursor.gotoFirstChild();
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return;
        this.#leave();
      }
    }
  }

  #enter(type: string, start: number, end: number, cursor: TreeCursor): void {
    const grammar = this.#grammar;
    const parent = this.#open.at(-1);
    const frame: Frame = { type, start, end, piece: -1, inHead: grammar.loops.has(type) };
    if (grammar.strings.has(type)) frame.piece = this.#openingMark(start, end);
    else if (parent !== undefined && parent.piece >= 0 && grammar.substitutions.has(type)) {
      this.#add('string', parent.piece, start);
      parent.piece = end;
    } else if (type === 'comment') this.#comment(start, end);
    else if (grammar.functions.has(type)) this.#add('function', start, end);
    else if (grammar.parameters.has(type)) this.#add('parameters', start, end - 1);
    if (parent !== undefined && grammar.conditional.has(parent.type) && cursor.currentFieldName === 'condition') {
      this.#add('condition', start, this.#text[end - 1] === ')' && this.#text[start] === '(' ? end - 1 : end);
    }
    this.#open.push(frame);
  }

  #leave(): void {
    const { type, start, end, piece } = this.#open.pop()!;
    if (piece >= 0) this.#add('string', piece, this.#isClosed(start, end) ? end - 1 : end);
    if (this.#grammar.simpleStatements.has(type)) this.#endStatement(end);
  }

  #leaf(type: string, start: number, end: number, cursor: TreeCursor): void {
    const { leaves, strings, conditional, simpleStatements, preprocessor } = this.#grammar;
    const parent = this.#open.at(-1);
    if (parent !== undefined && conditional.has(parent.type) && cursor.currentFieldName === 'condition') {
      this.#add('condition', start, end);
    }
    if (preprocessor && this.#text[start] === '#' && start >= this.#lineEnd) this.#directive(start);
    else if (leaves[type] === 'block-comment' || leaves[type] === 'line-comment') this.#comment(start, end);
    else if (strings.has(type) && !WORD.test(this.#text.slice(start, end))) {
      const mark = this.#openingMark(start, end);
      this.#add('string', mark, this.#isClosed(mark, end) ? end - 1 : end);
    } else if (start >= this.#lineEnd) this.#token(type, start, end, parent);
    if (simpleStatements.has(type)) this.#endStatement(end);
  }

  /** What neither a string nor a comment nor the preprocessor holds. */
  #token(type: string, start: number, end: number, parent: Frame | undefined): void {
    switch (type) {
      case ';':
        this.#semicolon(start);
        break;
      case '{':
      case '${':
        this.#openBrace(end - 1);
        break;
      case '}':
        this.#closeBrace(start);
        break;
      case '(':
        this.#nest('parentheses', 1, start);
        break;
      case ')':
        this.#nest('parentheses', -1, start);
        if (parent !== undefined) parent.inHead = false;
        break;
      default: {
        const kind = this.#leafKind(type, start, end, parent);
        // To the grammar of C a sign is a part of the number behind it.
        const sign = kind === 'number' && '+-'.includes(this.#text[start]!) ? 1 : 0;
        this.#add('operator', start, start + sign);
        if (kind !== undefined) this.#add(kind, start + sign, end);
      }
    }
  }

  /** What a leaf is that the grammar has no name for, or whose name tells it. */
  #leafKind(type: string, start: number, end: number, parent: Frame | undefined): SyntaxKind | undefined {
    const { keywords, noKeywords } = this.#grammar;
    if (parent !== undefined && (parent.piece >= 0 || parent.type === 'regex')) return undefined;
    const written = this.#text.slice(start, end);
    if (WORD.test(written)) {
      const isKeyword = (type === written || keywords.has(written)) && !noKeywords.has(written);
      if (isKeyword) return 'keyword';
      return type === written || IDENTIFIER.test(type) ? 'identifier' : undefined;
    }
    const named = this.#grammar.leaves[type];
    if (named !== undefined) return named;
    if (IDENTIFIER.test(type)) return 'identifier';
    return type === written && OPERATOR.test(type) && !isBracket(type, parent) ? 'operator' : undefined;
  }

  /** From the # to the end of its line, or of the last one that it is continued on. */
  #directive(start: number): void {
    const text = this.#text;
    let end = text.indexOf('\n', start);
    while (end >= 0 && /\\\r?$/.test(text.slice(Math.max(start, end - 2), end))) end = text.indexOf('\n', end + 1);
    this.#lineEnd = end < 0 ? text.length : end;
    this.#add('preprocessor', start, this.#lineEnd);
    const directive = text.slice(start, this.#lineEnd).replace(/^#\s+/, '#');
    if (OPENS_BRANCH.test(directive)) this.#branches.push({ ...this.#now });
    else if (NEXT_BRANCH.test(directive)) this.#reset(this.#branches.at(-1), start);
    else if (ENDS_BRANCHES.test(directive)) this.#branches.pop();
  }

  #openBrace(at: number): void {
    this.#outer[this.#now.braces] = this.#now.parentheses;
    this.#nest('braces', 1, at);
  }

  #closeBrace(at: number): void {
    this.#nest('braces', -1, at);
    this.#nest('parentheses', (this.#outer[this.#now.braces] ?? 0) - this.#now.parentheses, at);
  }

  #reset(depths: Readonly<Record<'braces' | 'parentheses', number>> | undefined, at: number): void {
    if (depths === undefined) return;
    for (const bracket of ['braces', 'parentheses'] as const) {
      this.#nest(bracket, depths[bracket] - this.#now[bracket], at);
    }
  }

  #nest(bracket: 'braces' | 'parentheses', by: number, at: number): void {
    if (by === 0) return;
    this.#now[bracket] = Math.max(0, this.#now[bracket] + by);
    this.depths[bracket].push(at, this.#now[bracket]);
  }

  #comment(start: number, end: number): void {
    const { lineComment } = this.#grammar;
    if (this.#text.startsWith(lineComment, start)) this.#add('line-comment', start + lineComment.length - 1, end);
    else this.#add('block-comment', start + 1, this.#text.startsWith('*/', end - 2) ? end - 1 : end);
  }

  /** A semicolon ends a statement or a declaration, but for those in the head of a loop. */
  #semicolon(start: number): void {
    const parent = this.#open.at(-1);
    const isInHead = parent?.inHead === true || this.#open.at(-2)?.inHead === true;
    if (isInHead || this.#grammar.memberLists.has(parent?.type ?? '')) return;
    this.#add('statement-end', start, start + 1);
  }

  /** A statement without a semicolon ends with its line, whatever comment still stands there. */
  #endStatement(end: number): void {
    const text = this.#text;
    if (text[end - 1] === ';') return;
    const isPython = this.#grammar.lineComment === '#';
    const rest = isPython
      ? /[ \t]*(?:#[^\n]*|\\\r?\n[ \t]*)?(?<mark>[;\r\n])/y
      : /[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*)?(?<mark>[\r\n])/y;
    rest.lastIndex = end;
    const found = rest.exec(text);
    if (found !== null) this.#add('statement-end', rest.lastIndex - 1, rest.lastIndex);
  }

  /** Behind the letters in front of it: L"wide", b'bytes'. */
  #openingMark(start: number, end: number): number {
    let mark = start;
    while (mark < end - 1 && !'"\'`'.includes(this.#text[mark]!)) mark += 1;
    return mark;
  }

  /** @param from where the string begins */
  #isClosed(from: number, end: number): boolean {
    return end > from + 1 && '"\'`'.includes(this.#text[end - 1]!);
  }

  #add(kind: SyntaxKind, start: number, end: number): void {
    if (end > start) this.spans[kind].push(start, end);
  }
}

/** Types that are built in are names like any other, but for those that are keywords. */
const IDENTIFIER = /identifier$|^primitive_type$/;
const WORD = /^[\p{L}_$][\p{L}\p{M}\p{N}_$]*$/u;
/** Not the marks that only separate: commas, colons, dots. */
const OPERATOR = /^(?:[-+*/%=<>!&|^~@]+|\?\??=?|:=|\?\.)$/;

/** Whether < or > stands around types. */
function isBracket(type: string, parent: Frame | undefined): boolean {
  return (type === '<' || type === '>') && /^(?:template_|type_|jsx_)/.test(parent?.type ?? '');
}
