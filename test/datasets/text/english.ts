import type { Preparation } from '../../../pipeline/base/preparation.ts';
import { prepareText } from '../../../pipeline/datasets/text/preparation.ts';

/** What the corpora of English books declare. */
export const ENGLISH: Preparation = ['line-breaks', 'collapse-spaces', 'typographic-quotes'];

export const asEnglish = (raw: string): string => prepareText(raw, ENGLISH);
