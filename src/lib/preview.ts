// Pictures for link previews: words and a strip of cells on paper.
import { resolve } from 'node:path';
import sharp from 'sharp';
import { type ScaleKind, stepOfByte } from '../shared/scale.ts';
import { channels, INK, PAPER, scaleColours } from './colour.ts';

const WIDTH = 600;
const HEIGHT = 315;
const MARGIN = 36;
const FONT = resolve('src/fonts/literata.ttf');
const SOFT = '#655c4d';

/** The pixels of a picture with nothing on it. */
const BLANK = new Uint8Array(3 * WIDTH * HEIGHT);
const paper = channels(PAPER.light);
for (let byte = 0; byte < BLANK.length; byte++) BLANK[byte] = paper[byte % 3]!;

/** A grid of bytes of a signal, drawn in the site's colours. */
export type Swatch = { bytes: Uint8Array; columns: number; rows: number; kind?: ScaleKind };

const escapeMarkup = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Rows of pixels, three bytes each. */
type Image = { data: Uint8Array; width: number; height: number };

const asSharp = ({ data, width, height }: Image) => sharp(data, { raw: { width, height, channels: 3 } });

/** Lines of words on paper, set in the site's own serif, which the machine need not have. */
async function words(label: string, title: string): Promise<Image> {
  const size = title.length > 44 ? 30 : 38;
  const text =
    `<span size="${18 * 1024}" foreground="${SOFT}">${escapeMarkup(label)}</span>\n` +
    `<span size="${size * 1024}" foreground="${INK.light}">${escapeMarkup(title)}</span>`;
  const width = WIDTH - 2 * MARGIN;
  const input = { text: { text, font: 'Literata', fontfile: FONT, rgba: true, width, dpi: 72, spacing: 6 } };
  const { data, info } = await sharp(input)
    .flatten({ background: PAPER.light })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The swatch in the site's colours, as large as it fits. */
async function strip({ bytes, columns, rows, kind = 'diverging' }: Swatch): Promise<Image> {
  const colours = scaleColours(kind, 'light').map(channels);
  const data = new Uint8Array(3 * columns * rows);
  for (let t = 0; t < columns * rows; t++) data.set(colours[stepOfByte(bytes[t] ?? 127.5)]!, 3 * t);
  const scale = Math.floor(WIDTH / columns);
  const [width, height] = [columns * scale, rows * scale];
  const enlarged = asSharp({ data, width: columns, height: rows }).resize(width, height, { kernel: 'nearest' });
  return { data: await enlarged.raw().toBuffer(), width, height };
}

/** Lays `image` onto `picture`; what would lie below its lower edge is left out. */
function lay(picture: Image, image: Image, left: number, top: number): void {
  const rows = Math.min(image.height, picture.height - top);
  for (let row = 0; row < rows; row++) {
    const line = image.data.subarray(3 * row * image.width, 3 * (row + 1) * image.width);
    picture.data.set(line, 3 * ((top + row) * picture.width + left));
  }
}

/**
 * A PNG of 600 by 315 pixels. Put together row by row: a library's compositing of so few pixels takes twice as long
 * as all the rest, for each of a thousand pictures.
 * @param label small, above
 * @param title large
 * @param swatch fills the lower edge
 */
export async function previewPicture(label: string, title: string, swatch: Swatch): Promise<Uint8Array<ArrayBuffer>> {
  const picture: Image = { data: BLANK.slice(), width: WIDTH, height: HEIGHT };
  const [written, drawn] = await Promise.all([words(label, title), strip(swatch)]);
  lay(picture, written, MARGIN, MARGIN);
  lay(picture, drawn, Math.floor((WIDTH - drawn.width) / 2), HEIGHT - drawn.height);
  return new Uint8Array(await asSharp(picture).png({ compressionLevel: 6 }).toBuffer());
}
