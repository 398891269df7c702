// Alice and her model, as the benchmarks that need real input take them.
import { loadGallery, type ModelGallery } from '../pipeline/content/content.ts';
import { symbolsOf } from '../pipeline/datasets/dataset.ts';
import { loadNetworkGallery } from '../pipeline/gallery/network.ts';

export function loadAlice() {
  const { labelled, card, parameters, inputs } = loadNetworkGallery(
    'content',
    loadGallery('content', 'alice') as ModelGallery,
  );
  return { labelled, model: { card, parameters, ids: symbolsOf(inputs) } };
}
