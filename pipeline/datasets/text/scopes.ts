// For which texts a hypothesis is written: any, prose, programs, or those in some language.
import type { Language } from '../dataset.ts';
import { PROGRAMMING_LANGUAGES, programmingLanguage } from './syntax.ts';

/** `text` is what people say to each other, in whatever language, and `code` is programs, in whatever language. */
const KINDS = ['any', 'text', 'code'] as const;

export type Scope = (typeof KINDS)[number] | Language;

/**
 * Reads one of the values of `for:`.
 * @returns undefined where it is none
 */
export function parseScope(name: string): Scope | undefined {
  const kind = KINDS.find((candidate) => candidate === name);
  if (kind !== undefined) return kind;
  const programming = programmingLanguage(name);
  if (programming !== undefined) return { kind: 'programming', name: programming };
  return isNaturalLanguage(name) ? { kind: 'natural', name } : undefined;
}

/** What may stand in `for:`, for messages. */
export const SCOPES = `${KINDS.join(', ')}, the tag of a language such as en or pt-BR, ${PROGRAMMING_LANGUAGES.join(', ')}`;

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** The English name of a language by its BCP 47 tag; undefined where nobody knows it. */
export function languageName(tag: string): string | undefined {
  try {
    return languageNames.of(tag);
  } catch {
    return undefined;
  }
}

/** Whether a BCP 47 tag names a language that is known. */
function isNaturalLanguage(tag: string): boolean {
  const [language] = tag.split('-');
  return languageName(language!) !== undefined && languageName(tag) !== undefined;
}

/** Whether a language is the one that a scope names, or a kind of it, as pt-BR is of pt. */
export function isOfLanguage({ kind, name }: Language, { kind: scopeKind, name: scope }: Language): boolean {
  const own = name.toLowerCase();
  const wanted = scope.toLowerCase();
  return kind === scopeKind && (own === wanted || own.startsWith(`${wanted}-`));
}

/** Scopes in words: English, German or code. */
export function nameScopes(scopes: readonly Scope[]): string {
  const names = scopes.map((scope) => {
    if (typeof scope !== 'string')
      return scope.kind === 'natural' ? (languageName(scope.name) ?? scope.name) : scope.name;
    return { any: 'any text', text: 'texts in a natural language', code: 'programs' }[scope];
  });
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
