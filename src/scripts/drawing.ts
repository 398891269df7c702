// A figure as a file: the drawing with its styles resolved, as SVG or, twice as large, as PNG.
import { download, pageName } from './download.ts';
import { type Drawing, onPaper } from './paper.ts';

/** What a style sheet says of a drawing's parts, and an attribute can say too. */
const STYLES = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'paint-order', 'opacity'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'text-decoration'],
];
/** What is used in several places looks as it does in each of them. */
const STYLED = ':not(defs *)';
const SCALE = 2;

/** The drawing as it stands on the page, on paper of the page's colour, with room for what reaches over its edge. */
function standAlone(figure: SVGSVGElement): Drawing {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const parts = [...copy.querySelectorAll(STYLED)];
  [...figure.querySelectorAll(STYLED)].forEach((part, index) => {
    const style = getComputedStyle(part);
    for (const name of STYLES) parts[index]!.setAttribute(name, style.getPropertyValue(name));
  });
  for (const link of copy.querySelectorAll('a')) {
    link.setAttribute('href', new URL(link.getAttribute('href')!, location.href).href);
  }
  return onPaper(copy, figure.getBBox(), figure.getAttribute('aria-label') ?? '');
}

async function rasterise({ width, height }: Drawing, address: string): Promise<Blob> {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(SCALE * width);
  canvas.height = Math.ceil(SCALE * height);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The drawing is too large for a picture.');
  return blob;
}

/** What a figure shows: a drawing, or a coloured text; null where neither. */
async function drawingOf(figure: Element | null): Promise<Drawing | null> {
  const chart = figure?.querySelector<SVGSVGElement>('svg.chart');
  if (chart) return standAlone(chart);
  const text = figure?.querySelector<HTMLElement>('#page, .text, .lines');
  return text ? (await import('./text-drawing.ts')).drawText(text) : null;
}

/** @param button of a figure, which says as what its drawing is to be saved */
export async function saveDrawing(button: HTMLElement): Promise<void> {
  const figure = button.closest('figure, [data-figure], main div');
  const drawing = await drawingOf(figure);
  if (drawing === null) return;
  const number =
    1 + [...document.querySelectorAll('svg.chart, #page, .text, .lines')].findIndex((part) => figure!.contains(part));
  const vector = new Blob([drawing.source], { type: 'image/svg+xml' });
  const kind = button.dataset.draws!;
  if (kind === 'svg') return download(vector, `${pageName()}-figure-${number}.svg`);
  const address = URL.createObjectURL(vector);
  try {
    download(await rasterise(drawing, address), `${pageName()}-figure-${number}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}
