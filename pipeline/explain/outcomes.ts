// What a cell's output can do to what the network foretells, and how that is measured: on characters by log-odds, on
// numbers by the squared error.

/** A weighted sum of what the network says, [outputs]; of a softmax of the logarithms. */
export type Weights = Float32Array;

/** What δ, a share of a weighted sum, is worth: linear·δ + square·δ². */
export interface Worth {
  readonly linear: number;
  readonly square: number;
}

/** How what a network says is judged by what follows. */
export interface Outcomes {
  /** The sums whose mean change for one unit of h is of interest, one for each character or number foretold. */
  readonly changes: readonly Weights[];
  /** The sums that decide how good what is said after the step at `position` is, as many at each. */
  judged(position: number): readonly Weights[];
  /**
   * What a cell adds to how good it is that adds δ to one of these sums.
   * @param sum which of {@link judged}
   * @param said what the network says after the step, [outputs]
   */
  worth(sum: number, position: number, said: Float32Array): Worth;
}

/**
 * Characters, by their log-odds: ln p less its mean over all characters, which is the logit less the logits' mean. The
 * worth is the log-odds of the character that follows. Not its ln p: of that the first-order change, δ of the one that
 * follows less the mean δ over what is foretold, vanishes on average for any cell of a network that is well calibrated.
 *
 * @param ids numbers of characters in the vocabulary
 * @param outputs how many there are
 */
export function characterOutcomes(ids: Int32Array, outputs: number): Outcomes {
  const logOdds = (character: number) =>
    Float32Array.from({ length: outputs }, (_, k) => Number(k === character) - 1 / outputs);
  const changes = Array.from({ length: outputs }, (_, character) => logOdds(character));
  return {
    changes,
    judged: (position) => [changes[ids[position + 1]!]!],
    worth: () => ({ linear: 1, square: 0 }),
  };
}

/**
 * Numbers, in standard deviations. The worth is what is added to the squared error's mean over the features: with error e
 * it would be e − δ without the cell, so that it adds e² − (e − δ)² = 2·e·δ − δ².
 *
 * @param values [steps, features]; the network says the next row
 * @param deviations of the features
 */
export function numberOutcomes(values: Float32Array, deviations: readonly number[]): Outcomes {
  const features = deviations.length;
  const changes = deviations.map((deviation, feature) =>
    Float32Array.from({ length: features }, (_, k) => (k === feature ? 1 / deviation : 0)),
  );
  return {
    changes,
    judged: () => changes,
    worth(feature, position, said) {
      const error = (said[feature]! - values[(position + 1) * features + feature]!) / deviations[feature]!;
      return { linear: (2 * error) / features, square: -1 / features };
    },
  };
}
