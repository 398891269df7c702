import { describe, expect, it } from 'vitest';
import { checkBins, checkFresh, inOrder } from '../../pipeline/distributed/merge-checks.ts';
import type { TallyDescription } from '../../pipeline/gallery/tally-file.ts';
import type { TallyFile } from '../../pipeline/gallery/tally-reader.ts';
import { createBinEdges } from '../../pipeline/scoring/tally/bin-edges.ts';
import { inputError } from '../temporary.ts';

const FINGERPRINTS: TallyDescription['fingerprints'] = {
  ...{ text: 'a', labels: 'b', weights: 'c', plan: 'd', engine: 'onnx cpu', version: '1.0.0' },
};

/** A tally of which nothing is looked at but what it is of, and its bins. */
function tally(shard: number, fingerprints: Partial<TallyDescription['fingerprints']> = {}, lowest = 0): TallyFile {
  const edges = createBinEdges(2);
  edges.low[1] = lowest;
  const description = {
    ...{ scored: 'alice', hypotheses: null, shard, of: 3 },
    fingerprints: { ...FINGERPRINTS, ...fingerprints },
  };
  return { path: `${shard}.tally`, description, edges: () => edges } as Partial<TallyFile> as TallyFile;
}

describe('tallies', () => {
  it('are put in the order of their shards', () => {
    const [a, b, c] = [tally(1), tally(2), tally(3)];
    expect(inOrder([c, a, b])).toEqual([a, b, c]);
  });

  it.each([
    ['text', 'another text'],
    ['labels', 'other hypotheses'],
    ['weights', 'another network'],
    ['plan', 'another way of scoring'],
    ['engine', 'another engine'],
    ['version', 'another version of Cellarium'],
  ] as const)('with other fingerprints of the %s are refused by name', (key, words) => {
    const error = inputError(() => inOrder([tally(1), tally(2, { [key]: 'other' }), tally(3)]));
    expect(error.place.file).toBe('2.tally');
    expect(error.what).toBe(`It is a tally of ${words} than 1.tally.`);
    const stale = inputError(() => checkFresh(tally(2), { ...FINGERPRINTS, [key]: 'other' }));
    expect(stale.what).toBe(`It is a tally of ${words} than "alice" has now.`);
  });

  it('of what there still is are fresh, whatever engine and version are not asked for', () => {
    const { text, labels, weights, plan } = FINGERPRINTS;
    expect(() => checkFresh(tally(1), { text, labels, weights, plan })).not.toThrow();
  });

  it('with other bins are refused by name', () => {
    expect(() => checkBins([tally(1), tally(2), tally(3)], 'model', 2)).not.toThrow();
    const error = inputError(() => checkBins([tally(1), tally(2), tally(3, {}, -1)], 'model', 2));
    expect(error.place.file).toBe('3.tally');
    expect(error.what).toContain('Its bins are not those of 1.tally');
  });

  it('are none at all', () => {
    expect(inputError(() => inOrder([])).what).toBe('There is no tally to merge.');
  });
});
