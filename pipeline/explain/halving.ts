// After how many steps a cell has lost half of what it held at some step: where the product of its forget gates since then
// has come down to ½. Unlike the half-life on the geometric average, it tells a cell that keeps everything until it is
// emptied at a stroke from one that always fades.

export interface Halving {
  /** Steps, over all starts; null where more than half of them are not halved within the horizon. */
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
}

/**
 * @param runs forget gates of one cell, each over consecutive steps; every step is a start from which `horizon` more
 *   follow in its run
 * @param horizon how many steps are waited for
 * @returns null where no run is long enough
 */
export function halving(runs: readonly ArrayLike<number>[], horizon: number): Halving | null {
  /** How many starts are halved after so many steps. */
  const counts = new Uint32Array(horizon + 1);
  let starts = 0;
  for (const gates of runs) {
    const lost = lossesOf(gates);
    let end = 0;
    for (let start = 0; start + horizon < gates.length; start++) {
      starts += 1;
      end = Math.max(end, start);
      while (end < start + horizon && lost[end]! - lost[start]! < Math.LN2) end++;
      if (lost[end]! - lost[start]! >= Math.LN2) counts[end - start]! += 1;
    }
  }
  if (starts === 0) return null;
  const after = (share: number): number | null => {
    let halved = 0;
    for (let steps = 0; steps <= horizon; steps++) {
      halved += counts[steps]!;
      if (halved >= share * starts) return steps;
    }
    return null;
  };
  return { lowerQuartile: after(0.25), median: after(0.5), upperQuartile: after(0.75) };
}

/** −Σ ln f over all steps up to each, that one included; what is held at a step is first faded by the next one's gate. */
function lossesOf(gates: ArrayLike<number>): Float64Array {
  const lost = new Float64Array(gates.length);
  for (let step = 1; step < gates.length; step++) {
    // A gate that is quite shut leaves nothing, however much was lost before: no infinities, which have no difference.
    lost[step] = lost[step - 1]! - Math.max(LEAST_LOGARITHM, Math.log(gates[step]!));
  }
  return lost;
}

/** Far below ln ½, and above the logarithm of zero. */
const LEAST_LOGARITHM = -100;
