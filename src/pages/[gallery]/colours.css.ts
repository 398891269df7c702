import type { APIRoute } from 'astro';
import { address } from '../../lib/address.ts';
import { galleryPaths, readCells, readGallery } from '../../lib/artifacts.ts';
import { scaleRules, shownSignals, stripRules } from '../../lib/colours-css.ts';
import { spriteOf } from '../../lib/wall.ts';

export const getStaticPaths = () => galleryPaths();

export const GET: APIRoute = ({ params }) => {
  const gallery = readGallery(params.gallery!);
  const sprite = spriteOf(readCells(gallery.id).cells.length);
  const picture = (theme: string): string => address(`${gallery.id}/wall-${theme}.webp`);
  const css = `${scaleRules(shownSignals(gallery.signals))}\n${stripRules(sprite, picture('light'), picture('dark'))}\n`;
  return new Response(css, { headers: { 'Content-Type': 'text/css' } });
};
