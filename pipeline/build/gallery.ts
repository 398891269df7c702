// One gallery's artifacts, whatever its cells come from.
import type { StageResult } from '../artifacts/stages.ts';
import { loadGallery } from '../content.ts';
import { buildActivationsGallery } from './activations-gallery.ts';
import { buildModelGallery } from './model-gallery.ts';
import type { GalleryBuild } from './work.ts';

/** Brings one gallery's artifacts up to date. */
export function buildGallery(build: GalleryBuild): Promise<StageResult> {
  const gallery = loadGallery(build.content, build.id);
  return 'activations' in gallery ? buildActivationsGallery(build, gallery) : buildModelGallery(build, gallery);
}
