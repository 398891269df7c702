// How strong the cells of several networks are, to be drawn over one another.

/** Cells by strength. */
export interface Distribution {
  /** Whose cells these are, as it stands within a sentence. */
  name: string;
  /** In equal bins over [0, 1]. */
  counts: readonly number[];
  /** A strength to mark, that of the best cell; left out where it is not to be marked. */
  best?: number | null;
}

/** Cells of a model and of what it is compared with, those that there are. */
export function distributionsOf(
  spread: { model: readonly number[]; untrained: readonly number[]; shuffled: readonly number[] | null },
  untrainedBest: number | null = null,
): Distribution[] {
  return [
    { name: 'the model’s cells', counts: spread.model },
    ...(spread.untrained.length === 0
      ? []
      : [{ name: 'the untrained twin', counts: spread.untrained, best: untrainedBest }]),
    ...(spread.shuffled === null ? [] : [{ name: 'a twin trained on shuffled text', counts: spread.shuffled }]),
  ];
}
