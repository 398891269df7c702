import type { APIRoute } from 'astro';
import { address } from '../../lib/address.ts';
import { galleryPaths, readCells, readGallery } from '../../lib/artifacts.ts';
import { PROGRAM_RULES, scaleRules, shownSignals, stripRules } from '../../lib/colours-css.ts';
import { spriteOf } from '../../lib/wall.ts';
import { isProgram } from '../../shared/drawn.ts';

export const getStaticPaths = () => galleryPaths();

export const GET: APIRoute = ({ params }) => {
  const gallery = readGallery(params.gallery!);
  const sprite = spriteOf(readCells(gallery.id).cells.length);
  const picture = (theme: string): string => address(`${gallery.id}/wall-${theme}.webp`);
  const rules = [
    scaleRules(shownSignals(gallery.signals)),
    stripRules(sprite, picture('light'), picture('dark')),
    ...(isProgram(gallery) ? [PROGRAM_RULES] : []),
  ];
  const css = `${rules.join('\n')}\n`;
  return new Response(css, { headers: { 'Content-Type': 'text/css' } });
};
