// Alice and her model, as the benchmarks that need real input take them.
import { loadLabelledGallery, loadModel } from '../pipeline/gallery/labelled.ts';

export function loadAlice() {
  const labelled = loadLabelledGallery('content', 'alice');
  const model = loadModel('content', labelled.gallery.model, labelled.characters, labelled.corpus.source);
  return { labelled, model };
}
