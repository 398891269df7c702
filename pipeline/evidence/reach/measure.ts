// How far back the cells of a network reach on the held-out text, and those of untrained twins.
import { median } from 'd3-array';
import { evenlySpaced } from '../../base/lists.ts';
import { createProgress } from '../../base/progress.ts';
import { TWINS, twinOf } from '../../gallery/twin.ts';
import { type EvidenceMeasure, readerOf } from '../context.ts';
import { lostByKnown, MOST, stepsUntil } from './reach.ts';
import { type CellReach, FAR, type GalleryReach, KNOWN } from './schema.ts';

/** Positions that are looked at. */
const POSITIONS = 256;
/** For each twin: what is said of them is said of all their cells together. */
const TWIN_POSITIONS = 64;

export const reach: EvidenceMeasure<CellReach, GalleryReach> = {
  module: import.meta.url,

  applies: ({ network }) => network !== null && !network.card.architecture.bidirectional?.includes(true),

  async measure(context) {
    const { network, cells, scores } = context;
    const candidates = scores.positions.filter((position) => position >= MOST - 1);
    const positions = evenlySpaced(candidates, POSITIONS);
    if (positions.length < 2) return { cells: cells.map(() => null) };
    const reader = readerOf(context);
    const progress = createProgress({ title: 'How far back the cells reach', total: 1 + TWINS, unit: 'networks' });
    try {
      const found = (await lostByKnown(reader, positions, true)).map(reachOf);
      progress.advance(1);
      const twins: CellReach[] = [];
      for (let k = 0; k < TWINS; k++) {
        const twin = { ...reader, parameters: twinOf(network!, k), starts: undefined, known: undefined };
        const lost = await lostByKnown(twin, evenlySpaced(positions, TWIN_POSITIONS), false);
        twins.push(...lost.map(reachOf).filter((own) => own !== null));
        progress.advance(1);
      }
      const gallery = {
        positions: positions.length,
        far: farOf(found.filter((own) => own !== null)),
        untrained: { twins: TWINS, far: farOf(twins), ...curvesOf(twins) },
      };
      return { cells: found, gallery };
    } finally {
      progress.finish();
    }
  },
};

const reachOf = (lost: readonly number[] | null): CellReach | null =>
  lost && { lost: [...lost], half: stepsUntil(lost, 0.5), nineTenths: stepsUntil(lost, 0.1) };

const isFar = (steps: number | null): boolean => steps === null || steps > FAR;

const farOf = (found: readonly CellReach[]) => ({
  half: found.filter(({ half }) => isFar(half)).length,
  nineTenths: found.filter(({ nineTenths }) => isFar(nineTenths)).length,
  of: found.length,
});

/** What the median cell has lost for each number of steps, and the one that has lost most. */
function curvesOf(found: readonly CellReach[]): Pick<GalleryReach['untrained'], 'median' | 'most'> {
  const shares = KNOWN.map((_, k) => found.map(({ lost }) => lost[k]!));
  return {
    median: shares.map((own) => median(own) ?? 1),
    most: shares.map((own) => own.reduce((most, share) => Math.max(most, share), 0)),
  };
}
