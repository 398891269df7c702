// What the cells of a gallery remember, all in all, beside untrained networks.
import { group } from 'd3-array';
import type { Alignment } from '../../base/signals.ts';
import type { Gallery } from '../../contract/index.ts';
import type { Controls } from '../../gallery/controls.ts';
import type { StoredScores } from '../../gallery/measured.ts';
import { REMEMBERS } from '../../gallery/memory.ts';
import type { LeftByWindow } from '../../scoring/window/added.ts';
import { MEMORY_LENGTH } from '../../scoring/window/windows.ts';

/** Lengths of the windows that scores are printed beside. */
const BASELINES = [1, 3, MEMORY_LENGTH];

/** Null where it was not measured. */
export function galleryMemory({ scores, memory }: StoredScores, controls: Controls | null): Gallery['memory'] {
  if (memory === null) return null;
  const untrained = new Map(controls?.best.map(({ hypothesis, adds }) => [hypothesis, adds]));
  const remembered = scores.filter(({ remembers }) => remembers);
  const cellsOf = (rows: typeof scores) => new Set(rows.map(({ cell }) => cell)).size;
  const networks = controls?.networks ?? [];
  const leftBy = (wanted: number) => memory.windows.find(({ steps }) => steps === wanted)!.left;
  return {
    steps: MEMORY_LENGTH,
    ...REMEMBERS,
    cells: cellsOf(remembered),
    adding: cellsOf(scores.filter(({ adds }) => adds !== null && adds >= REMEMBERS.adds)),
    untrained: networks.map(({ adding }) => adding),
    directions: memory.directions,
    curve: memory.curve.map(({ length, cells }, k) => ({
      steps: length,
      cells,
      untrained: networks.flatMap(({ curve }) => (curve.length === 0 ? [] : [curve[k]!.cells])),
    })),
    hypotheses: [...group(leftBy(MEMORY_LENGTH), ({ hypothesis }) => hypothesis)].map(([hypothesis, left]) => {
      const own = remembered.filter((score) => score.hypothesis === hypothesis);
      const best = own.reduce<(typeof own)[number] | null>((a, b) => (a === null || b.adds! > a.adds! ? b : a), null);
      return {
        hypothesis,
        left: left.map(({ alignment, left: amount, share, givenAway }) => ({
          alignment,
          left: amount,
          share,
          givenAway,
        })),
        windows: BASELINES.map((steps) => ({ steps, ...valuesOf(leftBy(steps), hypothesis) })),
        cells: cellsOf(own),
        best: best === null ? null : { cell: best.cell, adds: best.adds! },
        untrained: controls === null ? null : (untrained.get(hypothesis) ?? 0),
      };
    }),
  };
}

function valuesOf(left: readonly LeftByWindow[], id: string): Record<Alignment, number | null> {
  const under = (wanted: Alignment) =>
    left.find(({ hypothesis, alignment }) => hypothesis === id && alignment === wanted)?.value ?? null;
  return { reading: under('reading'), predicting: under('predicting') };
}
