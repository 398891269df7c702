// Makes the font files that the site ships: Latin letters and the marks it prints, nothing else.
// Run by hand after an upgrade of the font packages: `node src/fonts/subset.ts`. It writes, beside itself,
//   literata.woff2 and source-sans.woff2   what a visitor's browser loads, at most 70 KB in all
//   literata.ttf                           what the link previews are drawn with, never shipped
import { readFile, writeFile } from 'node:fs/promises';
import subsetFont from 'subset-font';

/** Every character from the first to the last code point. */
const range = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

const PRINTED = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}–—‘’“”…−·×±≤≥→←↑↓↵∘σŒœ′″†`;

const packages = new URL('../../node_modules/@fontsource-variable/', import.meta.url);
const literata = await readFile(new URL('literata/files/literata-latin-wght-normal.woff2', packages));
const sourceSans = await readFile(new URL('source-sans-3/files/source-sans-3-latin-wght-normal.woff2', packages));

const files = {
  'literata.woff2': await subsetFont(literata, PRINTED, {
    targetFormat: 'woff2',
    variationAxes: { wght: { min: 400, max: 600 } },
  }),
  'source-sans.woff2': await subsetFont(sourceSans, PRINTED, {
    targetFormat: 'woff2',
    variationAxes: { wght: { min: 400, max: 600 } },
  }),
  'literata.ttf': await subsetFont(literata, PRINTED, { targetFormat: 'sfnt', variationAxes: { wght: 400 } }),
};

for (const [name, bytes] of Object.entries(files)) {
  await writeFile(new URL(name, import.meta.url), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
