// What a parser of a programming language tells of a program, as labels need it: which characters belong to what. The
// parser itself is not of this room, for it runs in a process of its own.

/** Languages for which there is a grammar, by the names that a corpus can give them. */
export const PROGRAMMING_LANGUAGES = ['c', 'c++', 'javascript', 'typescript', 'tsx', 'python'] as const;
export type ProgrammingLanguage = (typeof PROGRAMMING_LANGUAGES)[number];

const ALIASES: Readonly<Record<string, ProgrammingLanguage>> = {
  cpp: 'c++',
  js: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  py: 'python',
};

/** The language that a name stands for, in any case; undefined where there is no grammar. */
export function programmingLanguage(name: string): ProgrammingLanguage | undefined {
  const lower = name.toLowerCase();
  return (
    PROGRAMMING_LANGUAGES.find((language) => language === lower) ??
    (Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : undefined)
  );
}

/** What a span of a program can be. */
export const SYNTAX_KINDS = [
  'string',
  'block-comment',
  'line-comment',
  'preprocessor',
  'keyword',
  'identifier',
  'number',
  'operator',
  'condition',
  'parameters',
  'function',
  'statement-end',
] as const;
export type SyntaxKind = (typeof SYNTAX_KINDS)[number];

/** What nests, by its brackets. */
export const BRACKETS = ['braces', 'parentheses'] as const;

/** The spans of a program, by rising starts, and how deep it is nested. Positions are code points. */
export type Syntax = Readonly<Record<SyntaxKind, Spans>> & Readonly<Record<(typeof BRACKETS)[number], Depths>>;

/** [spans] each. */
export interface Spans {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** From each of some rising positions on: how many brackets are open there. */
export interface Depths {
  readonly at: Uint32Array;
  readonly depths: Uint32Array;
}

/**
 * Reads a program. A string begins with its opening mark, and is over where its last mark stands; so are comments, but that
 * they begin at the last character of their opening mark: whoever has read that much knows.
 */
export type ReadSyntax = (text: string, language: ProgrammingLanguage) => Syntax;
