/** The six signals of an LSTM cell, in the order in which every file of this project stores them. */
export const SIGNALS = ['i', 'f', 'g', 'o', 'c', 'h'] as const;

export type LstmSignal = (typeof SIGNALS)[number];

/** The four signals of a GRU cell: reset gate, update gate, candidate and output, in the order of their equations. */
export const GRU_SIGNALS = ['r', 'z', 'n', 'h'] as const;

export type GruSignal = (typeof GRU_SIGNALS)[number];

/** A signal of a cell of any kind. */
export type Signal = LstmSignal | GruSignal;

/** Those of every kind of cell, so that the ones of either kind come in its own order. */
export const KNOWN_SIGNALS: readonly Signal[] = ['i', 'f', 'g', 'o', 'c', 'r', 'z', 'n', 'h'];

/** Whether signals are those of a GRU's cells: h alone may be of any. */
export function areOfGru(signals: readonly Signal[]): boolean {
  return signals.some((signal) => signal === 'r' || signal === 'z' || signal === 'n');
}

/** Which label a signal's value is paired with: that of the character just read, or that of the next one. */
export const ALIGNMENTS = ['reading', 'predicting'] as const;

export type Alignment = (typeof ALIGNMENTS)[number];
