// Cuts a font down to Latin letters and the marks that the site prints. A filter, run by hand after an upgrade of the
// font packages; P stands for node_modules/@fontsource-variable, F for src/fonts. The last argument is the weight, or
// the lightest and the heaviest of a range:
//   node F/subset.ts woff2 430     < P/literata/files/literata-latin-wght-normal.woff2           > F/literata.woff2
//   node F/subset.ts woff2 400 600 < P/source-sans-3/files/source-sans-3-latin-wght-normal.woff2 > F/source-sans.woff2
//   node F/subset.ts sfnt 430      < P/literata/files/literata-latin-wght-normal.woff2           > F/literata.ttf
// The first two are what a visitor's browser loads; the last is what link previews are set in, and is never shipped.
import { buffer } from 'node:stream/consumers';
import subsetFont from 'subset-font';

/** Every character from the first to the last code point. */
const range = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

const PRINTED = `${range(0x20, 0x7e)}\u00a0£§°«»¶ÀÄÇÉÖÜßàáâäæçèéêëíîïñóôöùúûü–—‘’“”…−·×±≤≥→←↑↓↵∘σŒœ′″†`;

const [format, ...weights] = process.argv.slice(2);
const [lightest = 400, heaviest = lightest] = weights.map(Number);
const subset = await subsetFont(await buffer(process.stdin), PRINTED, {
  targetFormat: format === 'sfnt' ? 'sfnt' : 'woff2',
  variationAxes: { wght: lightest === heaviest ? lightest : { min: lightest, max: heaviest } },
});
process.stdout.write(subset);
