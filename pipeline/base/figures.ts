// What a figure is drawn from, as the tables beside the pages hold it.

/** A point of one of a figure's lines, clouds or sets of bars. */
export interface FigurePoint {
  readonly series: string;
  /** A number, or the name of what a bar stands for. */
  readonly x: number | string;
  readonly y: number;
  /** The ends of the interval around y, or of the range drawn there; left out where there is none. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** The points of each figure of a page, by the figure's name; none where it is not drawn. */
export type Figures = Readonly<Record<string, readonly FigurePoint[]>>;

/** Rows of cells, the header first. */
export type Table = readonly (readonly (string | number)[])[];

/** A cell as a table of all of them has it. */
export interface RankedCell {
  readonly id: string;
  /** The id of its headline hypothesis, and how strong that is, in [0, 1]; null where none could be scored. */
  readonly hypothesis: string | null;
  readonly strength: number | null;
}
