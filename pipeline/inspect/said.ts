// What must be said of a model wherever its numbers are shown: what was assumed, what was left out, and why.
import { InputError } from '../base/errors.ts';
import type { PreparationReport } from '../base/preparation.ts';
import { wrapText } from '../base/wrap.ts';
import type { Origin } from '../models/open.ts';

type Said = Pick<Origin, 'assumed' | 'notes' | 'withoutHead' | 'headOption' | 'unwired'>;

/**
 * For other programs: always a list of what was assumed, so that an empty one says that nothing was.
 * @param ofInput what is to be said of what it read
 * @param preparation of a text that it read
 */
export function saidAsJson(
  { assumed = [], notes, withoutHead, unwired }: Said,
  ofInput: readonly string[] = [],
  preparation?: PreparationReport,
) {
  return {
    assumed,
    ...(preparation === undefined ? {} : { preparation }),
    notes: [...notes, ...ofInput],
    ...(withoutHead === undefined ? {} : { withoutHead }),
    ...(unwired === undefined ? {} : { notOpened: `${unwired.why} ${unwired.fix}` }),
  };
}

/** For people, in lines; none where there is nothing to say. @param ofInput as {@link saidAsJson} takes it */
export function saidLines(
  { assumed = [], notes, withoutHead, unwired }: Said,
  ofInput: readonly string[] = [],
): string[] {
  const paragraphs = [
    ...assumed.map((text) => `assumed: ${text}`),
    ...[...notes, ...ofInput].map((text) => `note: ${text}`),
    ...(withoutHead === undefined ? [] : [`no output layer: ${withoutHead}`]),
    ...(unwired === undefined ? [] : [`not opened: ${unwired.why} ${unwired.fix}`]),
  ];
  return paragraphs.flatMap((text) => wrapText(text));
}

/**
 * For a verb that takes the network as a whole.
 * @throws InputError where some of its LSTM layers are not opened, or an option would open its output layers
 */
export function requireWhole({ unwired, withoutHead, headOption }: Said, file: string): void {
  if (unwired !== undefined) throw new InputError(unwired.why, { file }, unwired.fix);
  if (headOption === undefined || withoutHead === undefined) return;
  throw new InputError(
    withoutHead,
    { file },
    `Give ${headOption}. \`cellarium inspect\` and \`cellarium weights\` do without.`,
  );
}
