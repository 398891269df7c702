// What the grammars call the parts of a program that labels ask for. They are tree-sitter's, by Visual Studio Code's package
// of them: the one for C++ reads C as well.
import type { ProgrammingLanguage, SyntaxKind } from '../../datasets/text/syntax.ts';

export interface Grammar {
  /** The file of the package, without its ending. */
  readonly wasm: string;
  /** Kinds of leaves by what they are called; see `leafKind` for those that have no name of their own. */
  readonly leaves: Readonly<Record<string, SyntaxKind>>;
  /** Words that the grammar names by something else than themselves, such as types. */
  readonly keywords: ReadonlySet<string>;
  /** Words that it takes for keywords, and which are none in the language. */
  readonly noKeywords: ReadonlySet<string>;
  readonly strings: ReadonlySet<string>;
  /** Parts of a string that are program again. */
  readonly substitutions: ReadonlySet<string>;
  readonly conditional: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Their heads have semicolons that end nothing. */
  readonly loops: ReadonlySet<string>;
  /** Bodies whose semicolons stand between members and end no statement. */
  readonly memberLists: ReadonlySet<string>;
  /** Statements that a line break may end. */
  readonly simpleStatements: ReadonlySet<string>;
  readonly lineComment: '//' | '#';
  /** Whether lines that begin with # are for the preprocessor. */
  readonly preprocessor: boolean;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ''));

const C: Grammar = {
  wasm: 'tree-sitter-cpp',
  leaves: { number_literal: 'number', comment: 'block-comment' },
  keywords: words(
    'auto bool char char8_t char16_t char32_t double false float int nullptr this true void wchar_t _Bool _Complex',
  ),
  noKeywords: words(
    `and and_eq bitand bitor catch class co_await co_return co_yield compl concept consteval constinit decltype delete
    explicit export final friend mutable namespace new noexcept not not_eq operator or or_eq override private protected
    public requires template this throw try typename using virtual xor xor_eq`,
  ),
  strings: words('string_literal char_literal raw_string_literal'),
  substitutions: words(''),
  conditional: words('if_statement while_statement do_statement'),
  parameters: words('parameter_list'),
  functions: words('function_definition'),
  loops: words('for_statement for_range_loop'),
  memberLists: words(''),
  simpleStatements: words(''),
  lineComment: '//',
  preprocessor: true,
};

const JAVASCRIPT: Grammar = {
  wasm: 'tree-sitter-javascript',
  leaves: { number: 'number', comment: 'block-comment' },
  keywords: words('false null super this true'),
  noKeywords: words('undefined'),
  strings: words('string template_string'),
  substitutions: words('template_substitution'),
  conditional: words('if_statement while_statement do_statement'),
  parameters: words('formal_parameters'),
  functions: words(
    `function_declaration function_expression generator_function generator_function_declaration arrow_function
    method_definition`,
  ),
  loops: words('for_statement'),
  memberLists: words('interface_body object_type'),
  simpleStatements: words(
    `expression_statement lexical_declaration variable_declaration return_statement break_statement continue_statement
    throw_statement debugger_statement import_statement do_statement field_definition public_field_definition
    type_alias_declaration`,
  ),
  lineComment: '//',
  preprocessor: false,
};

const PYTHON: Grammar = {
  wasm: 'tree-sitter-python',
  leaves: { integer: 'number', float: 'number', comment: 'line-comment' },
  keywords: words('False None True'),
  noKeywords: words('_'),
  strings: words('string'),
  substitutions: words('interpolation'),
  conditional: words('if_statement elif_clause while_statement'),
  parameters: words('parameters'),
  functions: words('function_definition'),
  loops: words(''),
  memberLists: words(''),
  simpleStatements: words(
    `expression_statement return_statement import_statement import_from_statement future_import_statement pass_statement
    break_statement continue_statement raise_statement global_statement nonlocal_statement assert_statement
    delete_statement type_alias_statement print_statement exec_statement`,
  ),
  lineComment: '#',
  preprocessor: false,
};

export const GRAMMARS: Readonly<Record<ProgrammingLanguage, Grammar>> = {
  c: C,
  'c++': { ...C, noKeywords: words('') },
  javascript: JAVASCRIPT,
  typescript: { ...JAVASCRIPT, wasm: 'tree-sitter-typescript' },
  tsx: { ...JAVASCRIPT, wasm: 'tree-sitter-tsx' },
  python: PYTHON,
};
