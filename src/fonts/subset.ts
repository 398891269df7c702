// Cuts a font down to Latin letters and the marks that the site prints. A filter, run by hand after an upgrade of the
// font packages; P stands for node_modules/@fontsource-variable, F for src/fonts:
//   node F/subset.ts web   < P/literata/files/literata-latin-wght-normal.woff2           > F/literata.woff2
//   node F/subset.ts web   < P/source-sans-3/files/source-sans-3-latin-wght-normal.woff2 > F/source-sans.woff2
//   node F/subset.ts print < P/literata/files/literata-latin-wght-normal.woff2           > F/literata.ttf
// `web` is what a visitor's browser loads, at most 70 KB in all; `print` is what link previews are set in, never shipped.
import { buffer } from 'node:stream/consumers';
import subsetFont from 'subset-font';

/** Every character from the first to the last code point. */
const range = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

const PRINTED = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}–—‘’“”…−·×±≤≥→←↑↓↵∘σŒœ′″†`;

const font = await buffer(process.stdin);
const subset =
  process.argv[2] === 'print'
    ? await subsetFont(font, PRINTED, { targetFormat: 'sfnt', variationAxes: { wght: 400 } })
    : await subsetFont(font, PRINTED, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 600 } } });
process.stdout.write(subset);
