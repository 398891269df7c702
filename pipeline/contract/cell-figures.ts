// The numbers behind the figures of a cell's page, which a browser makes of the cell's file.
import { domainOf, fromByte } from '../base/bytes.ts';
import { binned } from '../base/csv.ts';
import type { FigurePoint, Figures } from '../base/figures.ts';
import type { Domains } from '../base/schemas.ts';
import { evidenceFigures } from '../evidence/parts.ts';
import type { Cell } from './cells.ts';
import type { Gallery } from './gallery.ts';

/** What is needed of the gallery besides. */
export type FigureContext = Pick<Gallery, 'dataset' | 'domains' | 'model' | 'series'>;

/** @param bytes the cell's values, [signals][characters] */
export function cellFigures(cell: Cell, bytes: Uint8Array, context: FigureContext): Figures {
  const { hypothesis, on, off, low, high } = cell.histogram;
  return {
    values:
      hypothesis === null
        ? binned('all', off, low, high)
        : [...binned('label on', on, low, high), ...binned('label off', off, low, high)],
    gates: (['i', 'f', 'o'] as const).flatMap((gate) => binned(gate, cell.gates[gate]?.bins ?? [], 0, 1)),
    ...evidenceFigures(cell.evidence, namesOf(context)),
    excerpts: context.dataset.drawn === 'lines' ? signalsOverExcerpts(cell, bytes, context.domains) : [],
  };
}

/** Of what is read and predicted: the vocabulary, or the features of a series. */
function namesOf({ model, series }: FigureContext): readonly string[] {
  return series?.features.map(({ title }) => title) ?? model?.vocabulary ?? [];
}

function signalsOverExcerpts(cell: Cell, bytes: Uint8Array, domains: Domains): FigurePoint[] {
  return cell.excerpts.flatMap(({ start, text, offset }) => {
    const length = start === null ? 0 : Array.from(text).length;
    return cell.signals.flatMap((signal, s) => {
      const from = s * cell.characters + offset;
      return Array.from(bytes.subarray(from, from + length), (byte, t) => ({
        series: signal,
        x: start! + t,
        y: fromByte(byte, domainOf(domains, signal)),
      }));
    });
  });
}
