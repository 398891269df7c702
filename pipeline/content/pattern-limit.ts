// How long the pattern of a hypothesis may search a text. Some patterns try so many ways to match that nobody lives to see
// their end, and which ones cannot be told by looking at them.
import { types } from 'node:util';
import { createContext, Script } from 'node:vm';
import { InputError } from '../base/errors.ts';
import type { Limit } from '../datasets/text/text.ts';

/** What a machine that is busy otherwise needs for an honest pattern, many times over. */
const SECONDS = 10;
/** Honest patterns take longer for longer texts. */
const SECONDS_PER_MILLION = 5;

const place = createContext({ search: undefined as (() => unknown) | undefined });
const script = new Script('search()');

/**
 * @param file of the hypothesis, for the message
 * @param seconds that it may take; by the length of the text where left out
 * @returns lets a pattern search for so long
 */
export function limitOf(file: string, seconds?: number): Limit {
  return (search, characters) => {
    const most = seconds ?? SECONDS + Math.ceil((SECONDS_PER_MILLION * characters) / 1e6);
    place.search = search;
    try {
      // Whatever is called from a script that has a time limit is stopped by it, a search for matches in its middle too.
      return script.runInContext(place, { timeout: 1000 * most }) as ReturnType<typeof search>;
    } catch (error) {
      // An error of the other context, which is no instance of this one's class.
      const isStopped = types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      if (!isStopped) throw error;
      throw new InputError(
        `The pattern was stopped: after ${most} seconds it was still searching the text of ${characters.toLocaleString('en')} characters.`,
        { file },
        'Write it so that a character can be matched in one way only: x+ in place of (x+x+)+, [^"]* in place of (.*)*.',
      );
    } finally {
      place.search = undefined;
    }
  };
}
