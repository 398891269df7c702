/** The six signals of a cell, in the order in which every file of this project stores them. */
export const SIGNALS = ['i', 'f', 'g', 'o', 'c', 'h'] as const;

export type Signal = (typeof SIGNALS)[number];

/** Which label a signal's value is paired with: that of the character just read, or that of the next one. */
export const ALIGNMENTS = ['reading', 'predicting'] as const;

export type Alignment = (typeof ALIGNMENTS)[number];
