// A picture of how far back a network looks, as SVG: bars by lag, the loss with older input cut off, and half-lives.
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Element } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { s } from 'hastscript';
import { formatNumber } from '../base/table.ts';
import type { LayerHalfLives } from '../evidence/half-life/half-life.ts';
import type { ContextPoint } from '../evidence/memory/context.ts';
import type { Influence } from '../evidence/memory/influence.ts';
import type { Estimate } from '../evidence/sample.ts';
import type { LossUnit, MeasuredMemory } from './memory-view.ts';

// One panel: two axes with a title, and what is drawn between them. Pixels, as SVG has them.

export const WIDTH = 640;
export const HEIGHT = 240;
/** Where the marks are drawn; the rest is for axes and titles. */
export const AREA = { left: 64, right: WIDTH - 20, top: 40, bottom: HEIGHT - 44 } as const;

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Panel {
  readonly title: string;
  readonly xTitle: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly marks: readonly Element[];
}

/** Ink on paper, the other way round where the viewer's system is dark. */
const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#211d17}',
  '.title{font-weight:600}',
  '.end{text-anchor:end}.middle{text-anchor:middle}',
  '.paper{fill:#fbf8f0}',
  '.rule{stroke:#211d17;stroke-opacity:.18}',
  '.bar,.dot{fill:#2f73b3}',
  '.line{fill:none;stroke:#2f73b3;stroke-width:2}',
  'path.second{stroke:#cb5518}path.third{stroke-dasharray:7 4}',
  'text.first{fill:#2f73b3}text.second{fill:#cb5518}',
  '.interval{fill:none;stroke:#211d17;stroke-opacity:.65}',
  '.dashed{fill:none;stroke:#cb5518;stroke-dasharray:5 4}',
  '@media (prefers-color-scheme:dark){text{fill:#ece3d2}.paper{fill:#1d1a16}.rule,.interval{stroke:#ece3d2}' +
    '.bar,.dot{fill:#8fc4ee}.line{stroke:#8fc4ee}path.second,.dashed{stroke:#ffb485}text.first{fill:#8fc4ee}text.second{fill:#ffb485}}',
].join('');

/** A picture of panels one below the other. */
export function drawPicture(title: string, panels: readonly Panel[]): Element {
  const height = HEIGHT * panels.length;
  return s('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}`, role: 'img' }, [
    s('title', title),
    s('style', STYLE),
    s('rect', { className: 'paper', width: WIDTH, height }),
    ...panels.map((panel, index) => drawPanel(panel, index * HEIGHT)),
  ]);
}

function drawPanel({ title, xTitle, xTicks, yTicks, marks }: Panel, top: number): Element {
  const { left, right, bottom } = AREA;
  return s('g', { transform: `translate(0 ${top})` }, [
    s('text', { className: 'title', x: left, y: 22 }, title),
    ...yTicks.flatMap(({ at, label }) => [
      s('path', { className: 'rule', d: `M${left} ${round(at)}H${right}` }),
      s('text', { className: 'end', x: left - 8, y: round(at + 4) }, label),
    ]),
    ...xTicks.map(({ at, label }) => s('text', { className: 'middle', x: round(at), y: bottom + 18 }, label)),
    s('text', { className: 'end', x: right, y: bottom + 36 }, xTitle),
    ...marks,
  ]);
}

/** A tenth of a pixel is finer than anybody sees. */
export const round = (pixels: number): number => Math.round(pixels * 10) / 10;

// The panels.
const { left, right, top, bottom } = AREA;
/** The last axis position is the outermost bar's edge. */
const BAR = 0.7;

export function drawMemory(memory: MeasuredMemory): string {
  const { influence, cell, cellInfluence, context, lossUnit, halfLives, kind } = memory;
  const panels = [
    influencePanel('Influence of earlier input on the output: mean |gradient × input|', influence),
    ...(cellInfluence === undefined
      ? []
      : [influencePanel(`The same on the ${kind === 'GRU' ? 'output h' : 'memory c'} of ${cell}`, cellInfluence)]),
    ...(context.length === 0 ? [] : [contextPanel(context, lossUnit)]),
    halfLifePanel(halfLives),
  ];
  return `${toHtml(drawPicture('How far back the network looks', panels), { space: 'svg' })}\n`;
}

/** The ends of an interval that has some. */
const ends = ({ mean, interval: [low, high] }: Estimate) =>
  Number.isFinite(high - low) ? { low, high } : { low: mean, high: mean };

function ticksOf(scale: { (value: number): number; ticks(count: number): number[] }, count: number): Tick[] {
  return scale.ticks(count).map((tick) => ({ at: scale(tick), label: String(Number(tick.toPrecision(6))) }));
}

function whisker(at: number, low: number, high: number): Element {
  return s('path', { className: 'interval', d: `M${round(at)} ${round(low)}V${round(high)}` });
}

function influencePanel(title: string, found: readonly Influence[]): Panel {
  const x = scaleLinear([-0.5, found.length - 0.5], [left, right]);
  const y = scaleLinear([0, Math.max(...found.map((estimate) => ends(estimate).high)) || 1], [bottom, top]).nice(4);
  const width = (x(1) - x(0)) * BAR;
  const marks = found.flatMap((estimate) => {
    const at = x(estimate.lag);
    const height = bottom - y(estimate.mean);
    const box = { x: round(at - width / 2), y: round(bottom - height), width: round(width), height: round(height) };
    const { low, high } = ends(estimate);
    return [s('rect', { className: 'bar', ...box }), whisker(at, y(low), y(high))];
  });
  return { title, xTitle: 'steps ago', xTicks: wholeTicks(x), yTicks: ticksOf(y, 4), marks };
}

/** Lags are whole, and so are their ticks. */
const wholeTicks = (x: Parameters<typeof ticksOf>[0]): Tick[] =>
  ticksOf(x, 10).filter(({ label }) => /^\d+$/.test(label));

const LOSSES: Readonly<Record<LossUnit, string>> = {
  nats: 'Loss, nats a character,',
  'squared error': 'Mean squared error',
  'squared difference': 'Mean squared difference from the uncut output',
};

function contextPanel(context: readonly ContextPoint[], unit: LossUnit): Panel {
  const points = context.flatMap(({ known, ...found }) => (known === null ? [] : [{ known, ...found }]));
  const whole = context.find(({ known }) => known === null)!;
  const bounds = context.map(ends);
  const range = [Math.min(...bounds.map(({ low }) => low)), Math.max(...bounds.map(({ high }) => high))];
  const x = scaleLog([1, Math.max(2, ...points.map(({ known }) => known))], [left + 12, right - 12]).base(2);
  const y = scaleLinear(range, [bottom, top]).nice(4);
  const path = line<(typeof points)[number]>(
    ({ known }) => round(x(known)),
    ({ mean }) => round(y(mean)),
  );
  const all = `dashed: everything known, ${formatNumber(whole.mean)}`;
  const marks = [
    s('path', { className: 'dashed', d: `M${left} ${round(y(whole.mean))}H${right}` }),
    s('text', { className: 'end', x: right, y: top - 18 }, all),
    s('path', { className: 'line', d: path(points) }),
    ...points.flatMap((point) => {
      const { low, high } = ends(point);
      const dot = s('circle', { className: 'dot', cx: round(x(point.known)), cy: round(y(point.mean)), r: 3 });
      return [whisker(x(point.known), y(low), y(high)), dot];
    }),
  ];
  const xTicks = points.map(({ known }) => ({ at: x(known), label: String(known) }));
  return {
    title: `${LOSSES[unit]} with everything older cut off`,
    xTitle: 'steps known',
    xTicks,
    yTicks: ticksOf(y, 4),
    marks,
  };
}

/** How the layers' lines and names are told apart. */
const LINES = ['first', 'second', 'first third', 'second third'] as const;

/** Cells in the order of their half-lives, a line a layer; those that forget all at once, or never, are off the scale. */
function halfLifePanel(layers: readonly LayerHalfLives[]): Panel {
  const sorted = layers.map(({ cells }) => cells.map(({ steps }) => steps).sort((a, b) => a - b));
  const drawn = sorted.flat().filter((steps) => steps > 0 && Number.isFinite(steps));
  const range = drawn.length === 0 ? [1, 10] : [Math.min(...drawn), Math.max(...drawn)];
  const y = scaleLog(range, [bottom, top]).nice();
  const x = scaleLinear([0, 100], [left, right]);
  const marks = sorted.flatMap((steps, layer) => {
    const points = steps
      .map((value, rank): [number, number] => [round(x((100 * (rank + 0.5)) / steps.length)), value])
      .filter(([, value]) => value > 0 && Number.isFinite(value))
      .map(([at, value]): [number, number] => [at, round(y(value))]);
    const style = LINES[layer % LINES.length]!;
    return [
      s('path', { className: `line ${style}`, d: line()(points) }),
      // Curves that rise leave the upper left free.
      s('text', { className: style, x: left + 14, y: top + 16 + 18 * layer }, `layer ${layer + 1}`),
    ];
  });
  return {
    title: 'Half-lives of the cells, in steps',
    xTitle: 'cells, % of the layer, shortest first',
    xTicks: ticksOf(x, 5),
    yTicks: powersOfTen(y.domain()).map((power) => ({ at: y(power), label: formatPower(power) })),
    marks,
  };
}

function powersOfTen([low, high]: readonly number[]): number[] {
  const [first, last] = [Math.round(Math.log10(low!)), Math.round(Math.log10(high!))];
  return Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k));
}

const formatPower = (power: number): string =>
  power >= 0.001 && power < 1e6 ? power.toLocaleString('en') : power.toExponential(0);
