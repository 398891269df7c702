// The scales' colours, one place for the style sheet, the wall and the link previews. Numbers come in, colours leave.
import { type ScaleKind, STEPS } from '../shared/scale.ts';

export type Theme = 'light' | 'dark';
export const THEMES: readonly Theme[] = ['light', 'dark'];
type Triple = readonly [number, number, number];

export const PAPER: Record<Theme, string> = { light: '#fbf8f0', dark: '#1d1a16' };
export const INK: Record<Theme, string> = { light: '#211d17', dark: '#ece3d2' };

/** From the paper outwards, after ColorBrewer's RdBu and Blues; in the dark, far from zero is bright. */
const BLUE = { light: ['#c3dbea', '#7fb2d8', '#2f73b3'], dark: ['#234663', '#3a7db8', '#8fc4ee'] };
const ORANGE = { light: ['#fad5b8', '#f2a06a', '#cb5518'], dark: ['#633520', '#c26531', '#ffb485'] };
const INDIGO = { light: ['#bcc5e4', '#6675b8', '#232f70'], dark: ['#38436f', '#7483c4', '#ccd4f7'] };
/** The ends of the seed article's scale, blue at σ = 0 and red at σ = 1. */
const ARTICLE = { light: ['#5aaede', '#f02a2a'], dark: ['#7cc4f0', '#ff4d42'] } as const;

/** Red, green and blue of a colour, each in [0, 255]. */
export function channels(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const linear = (channel: number): number => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const gamma = (c: number): number => {
  const value = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
};

/** sRGB to OKLab (Ottosson 2020), in which equal distances look alike. */
function toLab(hex: string): Triple {
  const [r, g, b] = channels(hex).map(linear) as unknown as Triple;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Triple): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linears = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linears.map((c) => gamma(c).toString(16).padStart(2, '0')).join('')}`;
}

/** The colour at `t` in [0, 1] along stops that lie at equal distances. */
function along(stops: readonly string[], t: number): string {
  const at = t * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const from = toLab(stops[index]!);
  const to = toLab(stops[index + 1]!);
  return fromLab(from.map((value, k) => value + (at - index) * (to[k]! - value)) as unknown as Triple);
}

const steps = Array.from({ length: STEPS }, (_, step) => step / (STEPS - 1));

/** The fifteen background colours of a scale, lowest value first. */
export function scaleColours(kind: ScaleKind, theme: Theme): string[] {
  const paper = PAPER[theme];
  if (kind === 'sequential') return steps.map((t) => along([paper, ...INDIGO[theme]], t));
  const stops = [...BLUE[theme].toReversed(), paper, ...ORANGE[theme]];
  return steps.map((t) => (t === 0.5 ? paper : along(stops, t)));
}

/** The seed article's own colouring of a signal over [-bound, bound]: σ(value) from blue to red, unstretched. */
export function articleColours(theme: Theme, value: (step: number) => number): string[] {
  const [blue, red] = ARTICLE[theme];
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  return steps.map((t) => (t === 0.5 ? PAPER[theme] : along([blue, PAPER[theme], red], sigmoid(value(2 * t - 1)))));
}

/** The two strong steps of a scale on either side of zero, far from one another in lightness. */
const STRONG = {
  diverging: { light: ['#08306b', '#a6cdea'], dark: ['#a9d6ff', '#1d4a73'] },
  opposite: { light: ['#ffc48a', '#7a2500'], dark: ['#6f3512', '#ffcfa6'] },
  sequential: { light: ['#bcc5e4', '#1a2360'], dark: ['#38436f', '#dfe4ff'] },
} as const;

/** Few and strong steps: the paper, one step out and one far out, of which every one lets text be read at 7:1. */
export function strongColours(kind: ScaleKind, theme: Theme): string[] {
  const paper = PAPER[theme];
  const levels =
    kind === 'sequential'
      ? [paper, ...STRONG.sequential[theme]]
      : [...STRONG.diverging[theme], paper, ...STRONG.opposite[theme]];
  return steps.map((t) => levels[Math.min(levels.length - 1, Math.floor(t * levels.length))]!);
}

/** WCAG's contrast ratio of two colours, in [1, 21]. */
export function contrast(first: string, second: string): number {
  const [low, high] = [first, second]
    .map((hex) => {
      const [r, g, b] = channels(hex).map(linear) as unknown as Triple;
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    })
    .sort((x, y) => x - y) as [number, number];
  return high / low;
}

/** The least contrast that black or white always reaches on any colour. */
export const LEAST_CONTRAST = Math.sqrt(21);

/** The page's ink where it reads well enough on a colour, and else black or white, whichever reads better. */
export function inkOn(background: string, theme: Theme): string {
  if (contrast(INK[theme], background) >= LEAST_CONTRAST) return INK[theme];
  return contrast('#000000', background) >= contrast('#ffffff', background) ? '#000000' : '#ffffff';
}
