// The ways to show a value that a visitor can choose from, and the style sheet of those that are not the site's own colours.
import type { Domains } from '../../pipeline/base/schemas.ts';
import { SIGNALS, type Signal } from '../../pipeline/base/signals.ts';
import { neutralStep, type ScaleKind, STEPS, scaleKind, stepTag } from '../shared/scale.ts';
import { articleColours, strongColours } from './colour.ts';
import { colourProperties } from './colours-css.ts';

/** The id is the `data-palette` of the page's root; that of the site's own colours is empty, and no attribute. */
export const PALETTES = [
  { id: '', name: 'blue to orange' },
  { id: 'article', name: 'the article’s' },
  { id: 'contrast', name: 'high contrast' },
  { id: 'bars', name: 'bars' },
] as const;

/** The tallest bar, as a share of the letters' size. */
const TALLEST = 0.4;

/** The places that show one of some signals in colours that a choice can change. */
function selector(palette: string, signals: readonly Signal[]): string {
  return signals.map((signal) => `[data-palette=${palette}] [data-signal=${signal}]:not([data-fixed])`).join();
}

const steps = Array.from({ length: STEPS }, (_, step) => step);
const signalsOf = (kind: ScaleKind, shown: readonly Signal[] = SIGNALS): Signal[] =>
  shown.filter((signal) => scaleKind(signal) === kind);

/**
 * Bars over the letters for what is above zero, and under them for what is below, as thick as the value is large. A line
 * of text decoration is all that can be drawn without an element around each character.
 */
function barProperties(kind: ScaleKind): string {
  const neutral = neutralStep(signalsOf(kind)[0]!);
  return steps
    .map((step) => {
      const level = (step - neutral) / (STEPS - 1 - neutral);
      const size = +(TALLEST * Math.abs(level)).toFixed(3);
      const line = size === 0 ? 'none' : `${level > 0 ? 'overline' : 'underline'} ${size}em var(--s${step})`;
      const height = Math.round(50 * Math.abs(level));
      const inset = level > 0 ? `${50 - height}% 0 50%` : `50% 0 ${50 - height}%`;
      return `--s${step}:var(--${level > 0 ? 'above' : 'below'});--t${step}:${line};--i${step}:${inset}`;
    })
    .join(';');
}

/** Where characters have colours: excerpts, what a visitor types, the lines below it, traces, and the first figure. */
const MARKED = '[data-signal]:not([data-fixed]) :is(.text,.typed,.window-of-line,.trace,.letters)';

function barRules(shown: readonly Signal[]): string[] {
  const root = '[data-palette=bars]';
  const marks = steps.flatMap((step) => [
    `${root} ${MARKED} :is(.s${step},${stepTag(step)}),${root} ${MARKED} ::highlight(s${step}){background:none;color:currentcolor;text-decoration:var(--t${step})}`,
    `${root} .legend:not([data-fixed]) .s${step}{clip-path:inset(var(--i${step}))}`,
  ]);
  return [
    `${root}{--above:light-dark(#cb5518,#ffb485);--below:light-dark(#2f73b3,#8fc4ee)}`,
    ...(['diverging', 'sequential'] as const).map(
      (kind) => `${selector('bars', signalsOf(kind, shown))}{${barProperties(kind)}}`,
    ),
    ...marks,
    `${root} ${MARKED}{line-height:2.3;text-decoration-skip-ink:none;text-underline-offset:.22em}`,
    // Traces are the letters of the line above, unseen; their bars need as much room.
    `${root} .trace{height:2.3em}`,
    `${root} .legend:not([data-fixed]) .ramp{height:1.5rem;background:linear-gradient(var(--strong) 0 0) center/100% 1px no-repeat}`,
    // The system's own colours, for whoever asked for them.
    `@media (forced-colors:active){${root} .text{forced-color-adjust:auto;background:Canvas;color:CanvasText}${root} ${MARKED} [class]{text-decoration-color:CanvasText}${root} .legend:not([data-fixed]) .ramp i{background-color:CanvasText}}`,
  ];
}

/** Rules for the seed article's colouring of h and c, for high contrast and for bars. */
export function paletteRules(domains: Domains, shown: readonly Signal[] = SIGNALS): string {
  const article = (['h', 'c'] as const).map((signal) => {
    const { high, transform } = domains[signal];
    const value = (step: number): number => (transform === 'tanh' ? Math.atanh(step) : step * high);
    const colours = colourProperties(articleColours('light', value), articleColours('dark', value));
    return `${selector('article', [signal])}{${colours}}`;
  });
  const contrast = (['diverging', 'sequential'] as const).map((kind) => {
    const colours = colourProperties(strongColours(kind, 'light'), strongColours(kind, 'dark'));
    return `${selector('contrast', signalsOf(kind, shown))}{${colours}}`;
  });
  return [...article, ...contrast, ...barRules(shown)].join('\n');
}
