// One panel of a picture: two axes with a title, and what is drawn between them. Pixels, as SVG has them.
import type { Element } from 'hast';
import { s } from 'hastscript';

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
