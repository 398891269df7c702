// Which programming language a text is in, if any: by its file's name, or by lines that only such a language has. A guess,
// which is told with its reason and can be overruled.

/** By the endings of files' names, in the names that `programming-language:` takes. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  c: ['c', 'h'],
  cpp: ['cc', 'cpp', 'cxx', 'hh', 'hpp'],
  csharp: ['cs'],
  css: ['css'],
  go: ['go'],
  haskell: ['hs'],
  java: ['java'],
  javascript: ['js', 'mjs', 'cjs', 'jsx'],
  kotlin: ['kt'],
  lua: ['lua'],
  perl: ['pl', 'pm'],
  php: ['php'],
  python: ['py'],
  ruby: ['rb'],
  rust: ['rs'],
  shellscript: ['sh', 'bash'],
  sql: ['sql'],
  swift: ['swift'],
  typescript: ['ts', 'mts', 'cts', 'tsx'],
};

/** Lines that prose does not have, and of other languages few. */
const LINES: Readonly<Record<string, RegExp>> = {
  c: /^\s*#\s*(?:include|define|undef|ifn?def|if|else|endif)\b|^\s*(?:static |const |unsigned |extern )*(?:int|char|void|float|double|long|size_t|struct \w+) [*\w[\]]+.*[;{(,]\s*$|\w->\w/,
  python:
    /^\s*(?:async )?(?:def|class) \w+.*:\s*$|^\s*(?:if|elif|for|while|with|try|except|else|finally)\b.*:\s*$|^\s*(?:from [\w.]+ )?import [\w., *]+$|\bself\.\w/,
  javascript:
    /^\s*(?:export )?(?:default )?(?:async )?function\b|^\s*(?:export )?(?:const|let|var) [\w{[].*=|=>|===|\brequire\(['"]|^\s*import .* from ['"]/,
};

/** Of the lines with something on them. */
const CODE_AT_LEAST = 0.12;
const PUNCTUATED_AT_LEAST = 0.25;

export interface ProgrammingGuess {
  readonly name: string;
  /** As a sentence goes on after `for`. */
  readonly why: string;
}

export function guessProgrammingLanguage(text: string, file: string): ProgrammingGuess | undefined {
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  const named = Object.keys(ENDINGS).find((name) => ENDINGS[name]!.includes(ending));
  if (named !== undefined) return { name: named, why: `its file's name ends in .${ending}` };
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  const share = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length / Math.max(1, lines.length);
  const shares = Object.entries(LINES).map(([name, pattern]) => [name, share(pattern)] as const);
  const [name, most] = shares.reduce((best, one) => (one[1] > best[1] ? one : best));
  const punctuated = share(/[;{}]\s*$/);
  if (most < CODE_AT_LEAST || (name !== 'python' && punctuated < PUNCTUATED_AT_LEAST)) return undefined;
  return { name, why: `${Math.round(100 * most)}% of its lines are of that language` };
}
