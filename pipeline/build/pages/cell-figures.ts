// The points of every figure of a cell's page.

import type { AblationComparison } from '../../contract/evidence/ablation.ts';
import type { EventAverages } from '../../contract/evidence/events.ts';
import type { Cell, Domains } from '../../contract/index.ts';
import { GATES } from '../../lstm/parameters.ts';
import { binned, type FigurePoint, type FigureSources } from './figure-data.ts';

export interface CellFigureSource {
  readonly cell: Cell;
  /** Its side file. */
  readonly bytes: Uint8Array;
  readonly domains: Domains;
  /** Of what is read and foretold: by the dataset's kind. */
  readonly names: readonly string[];
  /** Whether the passages are lines along a time axis. */
  readonly isSeries: boolean;
}

/** By the name that stands in the table. */
export const CELL_FIGURES: FigureSources<CellFigureSource> = {
  values: ({ cell: { histogram } }) => [
    ...binned('label on', histogram.hypothesis === null ? [] : histogram.on, histogram.low, histogram.high),
    ...binned(histogram.hypothesis === null ? 'all' : 'label off', histogram.off, histogram.low, histogram.high),
  ],
  gates: ({ cell: { gates } }) =>
    (['i', 'f', 'o'] as const).flatMap((gate) => binned(gate, gates[gate]?.bins ?? [], 0, 1)),
  'around the onset': ({ cell }) => around(cell.evidence.events, 'onset'),
  'around the end': ({ cell }) => around(cell.evidence.events, 'end'),
  'around the fall': ({ cell }) => around(cell.evidence.events, 'fall'),
  'what reading adds to the gates': ({ cell, names }) =>
    (cell.evidence.wiring?.inputs ?? []).flatMap((drives, input) =>
      (drives ?? []).map((y, gate) => ({ series: GATES[gate]!, x: names[input]!, y })),
    ),
  'listens to': ({ cell: { evidence } }) => [
    ...connections(evidence.wiring?.listens.below),
    ...connections(evidence.wiring?.listens.own),
  ],
  'speaks to': ({ cell: { evidence } }) => [
    ...connections(evidence.wiring?.speaks.own),
    ...connections(evidence.wiring?.speaks.above),
  ],
  'argues for': ({ cell, names }) =>
    (cell.evidence.contribution?.changes ?? []).map((y, k) => ({ series: 'one unit of h', x: names[k]!, y })),
  'direct effect': ({ cell: { evidence } }) => {
    const { all, on, off } = evidence.contribution?.effect ?? {};
    return Object.entries({ everywhere: all, 'label on': on, 'label off': off }).flatMap(([x, estimate]) =>
      estimate == null
        ? []
        : [{ series: 'mean', x, y: estimate.mean, low: estimate.interval?.[0], high: estimate.interval?.[1] }],
    );
  },
  'change of the loss without it': ({ cell: { evidence } }) => {
    const { everywhere, byLabel } = evidence.ablation ?? {};
    return [
      ...(everywhere === undefined ? [] : changes('everywhere', everywhere)),
      ...(byLabel == null ? [] : [...changes('label on', byLabel.inside), ...changes('label off', byLabel.outside)]),
    ];
  },
  passages: (source) => (source.isSeries ? signalsOverPassages(source) : []),
};

function around(events: EventAverages | undefined, kind: EventAverages['moments'][number]['kind']): FigurePoint[] {
  const moment = events?.moments.find((candidate) => candidate.kind === kind);
  return (moment?.signals ?? []).flatMap(({ signal, mean, half }) =>
    mean.flatMap((y, at) => {
      if (y === null) return [];
      const reach = half[at] ?? null;
      const interval = reach === null ? {} : { low: y - reach, high: y + reach };
      return [{ series: signal, x: at - events!.reach, y, ...interval }];
    }),
  );
}

type Connections = NonNullable<Cell['evidence']['wiring']>['listens']['own'];

function connections(cells: Connections = []): FigurePoint[] {
  return cells.flatMap(({ id, drives }) => drives.map((y, gate) => ({ series: GATES[gate]!, x: id, y })));
}

function changes(place: string, comparison: AblationComparison): FigurePoint[] {
  return (['mean', 'zero'] as const).flatMap((level) => {
    const { change, interval, others } = comparison[level];
    const held = level === 'mean' ? 'held at its mean' : 'held at zero';
    const alike = others === null ? [] : [{ series: `cells like it, ${held}`, x: place, y: others.mean, ...others }];
    return [{ series: held, x: place, y: change, low: interval?.[0], high: interval?.[1] }, ...alike];
  });
}

function signalsOverPassages({ cell, bytes, domains }: CellFigureSource): FigurePoint[] {
  return cell.excerpts.flatMap(({ start, text, offset }) => {
    const length = start === null ? 0 : Array.from(text).length;
    return cell.signals.flatMap((signal, s) => {
      const { low, high } = domains[signal];
      const from = s * cell.characters + offset;
      return Array.from(bytes.subarray(from, from + length), (byte, t) => ({
        series: signal,
        x: start! + t,
        y: low + (byte / 255) * (high - low),
      }));
    });
  });
}
