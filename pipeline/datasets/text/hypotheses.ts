import { z } from 'zod';
import { InputError } from '../../base/errors.ts';
import { parseFrontMatter } from '../../base/front-matter.ts';
import { type Span, toCharacters } from '../../base/positions.ts';
import { TOKEN_RULES, type TokenRule } from '../labels.ts';
import { LABEL_FUNCTIONS } from './labels/index.ts';
import { parseScope, SCOPES, type Scope } from './scopes.ts';
import { SCRIPT_NEEDS, type ScriptNeed } from './scripts.ts';
import { compilePattern, type LabellingHypothesis, type Limit } from './text.ts';

/** One hypothesis about what a cell may have learned; its id is the name of its file. */
export interface Hypothesis extends LabellingHypothesis {
  /** How it labels tokens, where not as most hypotheses of its kind do. */
  readonly tokens?: TokenRule;
  /** The texts that it is written for; any where nobody said. */
  readonly scopes: readonly Scope[];
  readonly needs: readonly ScriptNeed[];
  /** Whether it asks for a parser of the text's programming language. */
  readonly needsGrammar: boolean;
  readonly example: Example | undefined;
  /** Markdown. */
  readonly prose: string;
}

/**
 * Reads a hypothesis: a Markdown file named by its id, whose front matter says how to label.
 * @param source the whole file
 * @param file its path, for the id and for errors
 * @param limit of the time that its pattern may take; none where left out
 * @throws {InputError} with line and column where something is missing, unknown or malformed
 */
export function parseHypothesis(source: string, file: string, limit?: Limit): Hypothesis {
  const { data, body } = parseFrontMatter(source, file, frontMatter);
  const { title, kind, pattern, since, flags, label, on, off, looksAhead, example, needs, tokens } = data;
  const limited = limit === undefined ? {} : { limit };
  return {
    id: idOf(file),
    title,
    kind,
    labelling:
      pattern !== undefined
        ? { pattern: compilePattern(pattern, flags), ...limited }
        : since !== undefined
          ? { since: compilePattern(since, flags), ...limited }
          : { label: label! },
    phrases: { on, off },
    scopes: [data.for ?? 'any'].flat().flatMap((name) => parseScope(name) ?? []),
    needs: needs ?? [],
    needsGrammar: label !== undefined && LABEL_FUNCTIONS.get(label)!.needsGrammar === true,
    ...(looksAhead === undefined ? {} : { looksAhead }),
    ...(tokens === undefined ? {} : { tokens }),
    example: example === undefined ? undefined : parseExample(example.trimEnd()),
    prose: body.trim(),
  };
}

const phrase = z.string().trim().min(1, 'must not be empty');
const scope = z.string().refine((name) => parseScope(name) !== undefined, `must be one or a list of ${SCOPES}`);

const frontMatter = z
  .strictObject({
    title: phrase,
    kind: z.enum(['binary', 'real']),
    pattern: z.string().optional(),
    since: z.string().optional(),
    flags: z.string().optional(),
    label: z.string().optional(),
    on: phrase,
    off: phrase,
    looksAhead: z.boolean().optional(),
    for: z.union([scope, z.array(scope).min(1)]).optional(),
    needs: z.array(z.enum(Object.keys(SCRIPT_NEEDS) as [ScriptNeed, ...ScriptNeed[]])).optional(),
    example: z.string().optional(),
    tokens: z.enum(TOKEN_RULES).exactOptional(),
  })
  .superRefine(({ kind, pattern, since, flags, label, example, tokens }, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const refuses = (path: string[], read: () => unknown) => {
      const message = syntaxErrorOf(read);
      if (message !== undefined) fault(path, message);
    };
    if (pattern === undefined && since === undefined && label === undefined)
      fault([], 'Nothing says how to label: add pattern:, since: or label:');
    if (pattern !== undefined && label !== undefined)
      fault(['label'], 'there is a pattern already; keep one of the two');
    if (since !== undefined && (pattern !== undefined || label !== undefined))
      fault(['since'], `there is a ${pattern === undefined ? 'label' : 'pattern'} already; keep one of the two`);
    if (pattern === undefined && since === undefined && flags !== undefined)
      fault(['flags'], 'flags belong to a pattern, and there is none');
    if (pattern !== undefined && kind === 'real') fault(['kind'], 'a pattern labels 0 or 1, which is binary');
    if (since !== undefined && kind === 'binary') fault(['kind'], 'since: counts characters, which is real');
    if (flags !== undefined) refuses(['flags'], () => compilePattern('', flags));
    if (pattern !== undefined) refuses(['pattern'], () => compilePattern(pattern));
    if (since !== undefined) refuses(['since'], () => compilePattern(since));
    if (example !== undefined) refuses(['example'], () => parseExample(example));
    if (kind === 'real' && (tokens === 'majority' || tokens === 'any'))
      fault(['tokens'], 'a number of a token is that of its first or its last character');
    if (label === undefined) return;
    const known = LABEL_FUNCTIONS.get(label);
    const names = [...LABEL_FUNCTIONS.keys()].join(', ');
    if (known === undefined) fault(['label'], `there is no label function "${label}"; there are ${names}`);
    else if (known.kind !== kind) fault(['kind'], `the label function "${label}" is ${known.kind}`);
  });

function syntaxErrorOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function idOf(file: string): string {
  const id = /([^/\\]*)\.md$/.exec(file)?.[1];
  if (id === undefined || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    const fix = 'Name it with lower-case letters, digits and single hyphens, as in inside-quotes.md.';
    throw new InputError("The file's name is no id for a hypothesis.", { file }, fix);
  }
  return id;
}

/** A passage with the segments that a label is to have in it. */
export interface Example {
  readonly text: string;
  readonly spans: readonly Span[];
}

/**
 * Reads a passage in which each labelled segment stands in [[double brackets]].
 * @throws SyntaxError where brackets do not pair
 */
export function parseExample(marked: string): Example {
  const spans: Span[] = [];
  let text = '';
  let length = 0;
  let start: number | undefined;
  for (const piece of marked.split(/(\[\[|\]\])/)) {
    const isOpening = piece === '[[';
    if (isOpening || piece === ']]') {
      if (isOpening !== (start === undefined)) throw new SyntaxError(`${piece} has no partner`);
      if (start !== undefined) spans.push({ start, end: length });
      start = isOpening ? length : undefined;
    } else {
      text += piece;
      length += toCharacters(piece).length;
    }
  }
  if (start !== undefined) throw new SyntaxError('the last [[ has no partner');
  return { text, spans };
}
