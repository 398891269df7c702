import type { APIRoute } from 'astro';
import { galleryPaths, readGallery } from '../../lib/artifacts.ts';
import { paletteRules } from '../../lib/palettes.ts';

export const getStaticPaths = () => galleryPaths();

export const GET: APIRoute = ({ params }) => {
  const { domains } = readGallery(params.gallery!);
  return new Response(`${paletteRules(domains)}\n`, { headers: { 'Content-Type': 'text/css' } });
};
