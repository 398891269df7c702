// Words for a shell, each as it is meant: nothing in them is a command, a variable or a pattern.
import { InputError } from './errors.ts';

/** What no line of a script can hold between quotation marks without becoming two. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A word in single quotation marks, as every POSIX shell reads it. @throws InputError one with a control character */
export function quoteWord(word: string): string {
  if (CONTROL.test(word)) {
    const fix = 'Choose a name without line breaks and other control characters.';
    throw new InputError(`${JSON.stringify(word)} cannot stand in a script.`, {}, fix);
  }
  return `'${word.replaceAll("'", "'\\''")}'`;
}
