// A figure as a file: the drawing with its styles resolved, as SVG or, twice as large, as PNG.
import { download, pageName } from './download.ts';
import { type Drawing, onPaper, resolved } from './paper.ts';

/** Whatever can be saved: a chart, or what has coloured text in it. */
const SAVED = ['svg.chart', '.drawn', '#page', '.text', '.lines'];
const SCALE = 2;

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

/** What a figure shows: a chart as it stands on the page, or a coloured text; null where neither. */
async function drawingOf(figure: Element | null): Promise<Drawing | null> {
  const shown = figure?.querySelector<SVGSVGElement | HTMLElement>(SAVED.join());
  if (!shown) return null;
  if (shown instanceof HTMLElement) return (await import('./text-drawing.ts')).drawText(shown);
  return onPaper(resolved(shown), shown.getBBox(), shown.getAttribute('aria-label') ?? '');
}

/** @param button of a figure, which says as what its drawing is to be saved */
export async function saveDrawing(button: HTMLElement): Promise<void> {
  const figure = button.closest('figure, [data-figure], main div');
  const drawing = await drawingOf(figure);
  if (drawing === null) return;
  const number = 1 + [...document.querySelectorAll(SAVED.join())].findIndex((part) => figure!.contains(part));
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
