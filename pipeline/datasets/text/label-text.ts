import type { Characters } from '../../base/positions.ts';
import { LABEL_FUNCTIONS } from './labels/index.ts';
import { fromSpans, type LabelKind, type Labels } from './labels.ts';
import { viewOf } from './text-view.ts';

/** By a regular expression with the flags g and u, or by the name of a function of `hypotheses/`. */
export type Labelling = { readonly pattern: RegExp } | { readonly label: string };

/**
 * Labels each character of a text. The text is read and never changed.
 * @returns one value a code point
 */
export function labelText(
  { kind, labelling }: { readonly kind: LabelKind; readonly labelling: Labelling },
  characters: Characters,
): Labels {
  const view = viewOf(characters);
  if ('pattern' in labelling) {
    return { kind, values: fromSpans(view.matches(labelling.pattern), characters.length) };
  }
  return { kind, values: LABEL_FUNCTIONS.get(labelling.label)!.label(view) };
}

/**
 * @param pattern a regular expression; if it has a group named `on`, that group is what it labels, else the match
 * @param flags any of i, m and s; g and u are always on
 * @throws SyntaxError where the pattern or its flags are malformed
 */
export function compilePattern(pattern: string, flags = ''): RegExp {
  if (!/^[ims]*$/.test(flags)) throw new SyntaxError(`The flags may be i, m and s, not "${flags}"`);
  return new RegExp(pattern, `gu${flags}`);
}
