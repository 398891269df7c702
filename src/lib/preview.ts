// Pictures for link previews: words and a strip of cells on paper.
import { resolve } from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { channels, INK, PAPER, scaleColours } from './colour.ts';
import { stepOfByte } from './scale.ts';

const WIDTH = 600;
const HEIGHT = 315;
const MARGIN = 36;
const FONT = resolve('src/fonts/literata.ttf');
const SOFT = '#655c4d';

/** A grid of bytes of h, drawn in the site's colours. */
export interface Swatch {
  bytes: Uint8Array;
  columns: number;
  rows: number;
}

const escapeMarkup = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Lines of words set in the site's own serif, which the machine need not have. */
function words(label: string, title: string): OverlayOptions {
  const size = title.length > 44 ? 30 : 38;
  const text =
    `<span size="${18 * 1024}" foreground="${SOFT}">${escapeMarkup(label)}</span>\n` +
    `<span size="${size * 1024}" foreground="${INK.light}">${escapeMarkup(title)}</span>`;
  const width = WIDTH - 2 * MARGIN;
  const input = { text: { text, font: 'Literata', fontfile: FONT, rgba: true, width, dpi: 72, spacing: 6 } };
  return { input, left: MARGIN, top: MARGIN };
}

/** The swatch's colours, one pixel a byte. */
function pixels({ bytes, columns, rows }: Swatch): Uint8Array {
  const colours = scaleColours('diverging', 'light').map(channels);
  const image = new Uint8Array(3 * columns * rows);
  for (let t = 0; t < columns * rows; t++) image.set(colours[stepOfByte(bytes[t] ?? 127.5)]!, 3 * t);
  return image;
}

/** A PNG of 600 by 315 pixels. @param label small, above; @param title large; @param swatch fills the lower edge */
export async function previewPicture(label: string, title: string, swatch: Swatch): Promise<Uint8Array<ArrayBuffer>> {
  const { columns, rows } = swatch;
  const scale = Math.floor(WIDTH / columns);
  const strip = await sharp(pixels(swatch), { raw: { width: columns, height: rows, channels: 3 } })
    .resize(columns * scale, rows * scale, { kernel: 'nearest' })
    .raw()
    .toBuffer();
  const raw = { width: columns * scale, height: rows * scale, channels: 3 as const };
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: PAPER.light } })
    .composite([
      { input: strip, raw, left: Math.floor((WIDTH - raw.width) / 2), top: HEIGHT - raw.height },
      words(label, title),
    ])
    .png({ compressionLevel: 6 })
    .toBuffer();
  return new Uint8Array(picture);
}
