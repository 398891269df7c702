// Drawings in fewer bytes: a page has a dozen of them, and a site thousands of such pages. They look as they did.

const DRAWING = /<svg class="chart[\s\S]*?<\/svg>/g;
/** An attribute that says where something is, with its numbers. */
const PLACES = / (d|x|y|cx|cy|r|x1|x2|y1|y2|width|height)="([^"]*)"/g;
const NUMBER = /-?\d+\.\d+/g;
/** An attribute that needs no quotation marks, but for what links lead to. */
const PLAIN = / (?!id=)([a-z][a-z0-9-]*)="([a-z0-9.-]+)"/g;
const TAG = /<(?!svg)[a-z][^<>]*>/g;
/** White space between elements, which is not drawn; within words it is. */
const BETWEEN = /(<(?:\/(?:text|path|circle|rect|line|g|a)|(?:g|svg|path|circle|rect|line)\b[^<>]*)>)\s+(?=<)/g;

/** To a tenth of a unit, which is less than a dot of a screen. */
const tenths = (number: string): string => String(Number(Number(number).toFixed(1)));

function light(drawing: string): string {
  return drawing
    .replaceAll(BETWEEN, '$1')
    .replaceAll(/><\/(?:path|circle|rect|line)>/g, ' />')
    .replaceAll(TAG, (tag) =>
      tag
        .replaceAll(
          PLACES,
          (_, name, places) => ` ${name}="${places.replaceAll(NUMBER, tenths).replaceAll(',-', '-')}"`,
        )
        .replaceAll(PLAIN, ' $1=$2')
        .replace(/" \/>$/, '"/>'),
    );
}

/** A page with its drawings made light. */
export const withLightDrawings = (html: string): string => html.replaceAll(DRAWING, light);
