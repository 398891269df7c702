// What a drawing that leaves the page is made of: an SVG of its own, on paper of the page's colour, in the page's fonts.
import { carriedFonts } from './carried-fonts.ts';

export interface Drawing {
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 8;
const NAMESPACE = 'http://www.w3.org/2000/svg';

export function part(name: string, attributes: Record<string, string | number>, words = ''): SVGElement {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = words;
  return element;
}

/** @param bounds of what is drawn, for which there is to be room, and for what reaches over its edge */
export async function onPaper(
  drawn: SVGElement,
  { x, y, width, height }: Pick<DOMRect, 'x' | 'y' | 'width' | 'height'>,
  title: string,
): Promise<Drawing> {
  const sheet = { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  drawn.setAttribute('xmlns', NAMESPACE);
  drawn.setAttribute('viewBox', Object.values(sheet).join(' '));
  drawn.setAttribute('width', String(sheet.width));
  drawn.setAttribute('height', String(sheet.height));
  const fill = getComputedStyle(document.documentElement).backgroundColor;
  const fonts = part('style', {}, await carriedFonts(drawn));
  drawn.prepend(part('title', {}, title), fonts, part('rect', { ...sheet, fill }));
  return { source: new XMLSerializer().serializeToString(drawn), width: sheet.width, height: sheet.height };
}
