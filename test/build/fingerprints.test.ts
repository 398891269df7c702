import { beforeAll, expect, it } from 'vitest';
import { fingerprints } from '../../pipeline/build/fingerprints.ts';
import { loadGallery } from '../../pipeline/content/content.ts';
import { loadNetworkGallery, type NetworkGallery } from '../../pipeline/gallery/network.ts';
import { engine } from '../evidence/networks.ts';

let gallery: NetworkGallery;

beforeAll(() => {
  const found = loadGallery('content', 'weather');
  if ('activations' in found) throw new Error('The weather has a network.');
  gallery = loadNetworkGallery('content', found);
});

/** Which of a gallery's fingerprints a change moves. */
function moved(change: Partial<NetworkGallery>): string[] {
  const before = fingerprints(gallery, engine) as Record<string, string>;
  const after = fingerprints({ ...gallery, ...change }, engine) as Record<string, string>;
  return Object.keys(before).filter((key) => before[key] !== after[key]);
}

it('a fingerprint moves with everything that a number depends on, and no other does', () => {
  const { card, labelled } = gallery;
  const { rows } = labelled;
  expect(moved({})).toEqual([]);
  expect(moved({ card: { ...card, vocabulary: ['a', 'b'] } })).toEqual(['weights', 'architecture']);
  const [first, ...others] = labelled.blocks;
  const blocks = [{ ...first!, split: 'held-out' as const }, ...others];
  expect(moved({ labelled: { ...labelled, blocks } })).toEqual(['division']);
  expect(moved({ labelled: { ...labelled, paragraphs: labelled.paragraphs.slice(1) } })).toEqual(['division']);
  expect(moved({ labelled: { ...labelled, symbols: labelled.symbols.slice(1) } })).toEqual(['division']);
  const features = rows.features.map((feature) => ({ ...feature, unit: 'K' }));
  expect(moved({ labelled: { ...labelled, rows: { ...rows, features } } })).toEqual(['described']);
  expect(moved({ labelled: { ...labelled, rows: { ...rows, times: [] } } })).toEqual(['described']);
  expect(moved({ labelled: { ...labelled, rows: { ...rows, values: rows.values.slice(1) } } })).toEqual(['text']);
});
