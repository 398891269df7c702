import type { APIRoute } from 'astro';
import { galleryPaths, readGallery } from '../../lib/artifacts.ts';
import { shownSignals } from '../../lib/colours-css.ts';
import { paletteRules } from '../../lib/palettes.ts';

export const getStaticPaths = () => galleryPaths();

export const GET: APIRoute = ({ params }) => {
  const { domains, signals } = readGallery(params.gallery!);
  return new Response(`${paletteRules(domains, shownSignals(signals))}\n`, { headers: { 'Content-Type': 'text/css' } });
};
