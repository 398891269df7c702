// One gallery's artifacts, whatever its cells come from.

import { loadGallery } from '../content/content.ts';
import { buildActivationsGallery } from './activations-gallery.ts';
import { buildModelGallery } from './model-gallery.ts';
import type { StageResult } from './stage.ts';
import type { GalleryBuild } from './workbench.ts';

/** Brings one gallery's artifacts up to date. */
export function buildGallery(build: GalleryBuild): Promise<StageResult> {
  const gallery = loadGallery(build.content, build.id);
  return 'activations' in gallery ? buildActivationsGallery(build, gallery) : buildModelGallery(build, gallery);
}
