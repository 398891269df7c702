// What a drawing that leaves the page is made of: an SVG of its own, on paper of the page's colour, in the page's fonts.

export type Drawing = { readonly source: string; readonly width: number; readonly height: number };

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

/** What a style sheet says of a drawing's parts, and an attribute can say too. */
const STYLES = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'vector-effect'],
  ...['paint-order', 'opacity'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'text-decoration'],
];
/** What is used in several places looks as it does in each of them. */
const STYLED = ':not(defs *)';

/**
 * A copy of a drawing that looks the same where there is no style sheet: with the style of each of its parts as
 * attributes, and with links that lead to the site.
 */
export function resolved(figure: SVGSVGElement): SVGSVGElement {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const parts = [...copy.querySelectorAll(STYLED)];
  [...figure.querySelectorAll(STYLED)].forEach((part, index) => {
    const style = getComputedStyle(part);
    for (const name of STYLES) parts[index]!.setAttribute(name, style.getPropertyValue(name));
  });
  for (const link of copy.querySelectorAll('a')) {
    link.setAttribute('href', new URL(link.getAttribute('href')!, location.href).href);
  }
  return copy;
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** A rule with the font itself in it; null where the drawing does not use it, or where it is no file of the site. */
async function carried({ style, parentStyleSheet }: CSSFontFaceRule, drawn: SVGElement): Promise<string | null> {
  const family = style.getPropertyValue('font-family').replaceAll('"', '');
  const file = /url\("?([^")]+)"?\)/.exec(style.getPropertyValue('src'))?.[1];
  if (file === undefined || drawn.querySelector(`[font-family*="${family}"]`) === null) return null;
  const response = await fetch(new URL(file, parentStyleSheet!.href ?? location.href));
  if (!response.ok) return null;
  const source = await asDataUrl(await response.blob());
  return `@font-face{font-family:"${family}";font-weight:${style.getPropertyValue('font-weight')};src:url("${source}")}`;
}

/**
 * The rules that bring the fonts in which a drawing's words are set, for a file of its own sees no style sheet; without
 * those that cannot be had, in whose place there is then another.
 */
async function carriedFonts(drawn: SVGElement): Promise<string> {
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const fonts = rules.filter((rule) => rule instanceof CSSFontFaceRule);
  const found = await Promise.all(fonts.map((font) => carried(font, drawn).catch(() => null)));
  return found.filter((rule) => rule !== null).join('');
}
