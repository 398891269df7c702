import type { APIRoute } from 'astro';
import { drawnGalleries, readGallery } from '../../lib/artifacts.ts';
import { paletteRules } from '../../lib/palettes.ts';

export const getStaticPaths = () => drawnGalleries().map((gallery) => ({ params: { gallery } }));

export const GET: APIRoute = ({ params }) => {
  const { domains } = readGallery(params.gallery!);
  return new Response(`${paletteRules(domains)}\n`, { headers: { 'Content-Type': 'text/css' } });
};
