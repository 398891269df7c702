// The style sheet of a gallery: the scales, made from the one table of colours, where each cell's strip lies in the wall, and how
// its text is set.
import { areOfGru, KNOWN_SIGNALS, SIGNALS, type Signal } from '../../pipeline/base/signals.ts';
import { neutralStep, STEPS, scaleKind, stepTag } from '../shared/scale.ts';
import { inkOn, scaleColours } from './colour.ts';
import { type Sprite, STRIP_COLUMNS } from './wall.ts';

/** Background and ink of every step as custom properties, for both themes at once. */
export function colourProperties(light: readonly string[], dark: readonly string[]): string {
  return light
    .map((day, step) => {
      const night = dark[step]!;
      const inks = `light-dark(${inkOn(day, 'light')},${inkOn(night, 'dark')})`;
      return `--s${step}:light-dark(${day},${night});--k${step}:${inks}`;
    })
    .join(';');
}

const steps = Array.from({ length: STEPS }, (_, step) => step);

/** The signals that a gallery may show: those of LSTM cells, and where it has some of a GRU's, those too. */
export function shownSignals(signals: readonly Signal[]): readonly Signal[] {
  return areOfGru(signals) ? KNOWN_SIGNALS : SIGNALS;
}

/** Rules for the signals' scales. */
export function scaleRules(shown: readonly Signal[] = SIGNALS): string {
  const rules = (['diverging', 'sequential'] as const).map((kind) => {
    const signals = shown.filter((signal) => scaleKind(signal) === kind);
    const selector = signals.map((signal) => `[data-signal=${signal}]`).join();
    return `${selector}{${colourProperties(scaleColours(kind, 'light'), scaleColours(kind, 'dark'))}}`;
  });
  const marks = steps.map(
    (step) =>
      `.s${step},${stepTag(step)},::highlight(s${step}){background-color:var(--s${step});color:var(--k${step})}`,
  );
  const legend = shown.map((signal) => `[data-signal=${signal}] .ramp .s${neutralStep(signal)}`).join();
  return [...rules, ...marks, `${legend}{box-shadow:inset 0 0 0 1px var(--rule)}`].join('\n');
}

/** Rules for the text of a program, which keeps its lines and columns. A line that does not fit goes on further in. */
export const PROGRAM_RULES = [
  'body .text{flex-basis:44rem;max-width:44rem;font:.8125rem/1.7 ui-monospace,"DejaVu Sans Mono",monospace}',
  'body .text p{max-width:none;white-space:pre-wrap;text-indent:4ch hanging each-line}',
  // Spaces at the end of a line do not wrap, and there may be a hundred.
  'body .going{overflow-x:clip}',
].join('\n');

/** Rules that cut one cell's strip out of the wall's picture: a class for its column and one for its row. */
export function stripRules({ columns, rows }: Sprite, light: string, dark: string): string {
  const share = (index: number, count: number): string =>
    `${count === 1 ? 0 : +((100 * index) / (count - 1)).toFixed(4)}%`;
  const picture = (url: string): string => `--wall:url(${url})`;
  return [
    `:root{${picture(light)};--cells:${columns * rows}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${picture(dark)}}}`,
    `:root[data-theme=light]{${picture(light)}}`,
    `@media screen{:root[data-theme=dark]{${picture(dark)}}}`,
    `.strip{background:var(--wall) 0 0/${100 * columns}% ${100 * rows}% no-repeat;aspect-ratio:${STRIP_COLUMNS}/8}`,
    ...Array.from({ length: columns }, (_, x) => `.x${x}{background-position-x:${share(x, columns)}}`),
    ...Array.from({ length: rows }, (_, y) => `.y${y}{background-position-y:${share(y, rows)}}`),
  ].join('\n');
}
