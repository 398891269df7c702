// What the page where a visitor types must know of its gallery: the network, the cells that have strips, and a text to begin with.
import { type LstmSignal, SIGNALS, type Signal } from '../../pipeline/base/signals.ts';
import { type Choice, findCell, type LiveSettings } from '../shared/live-choice.ts';
import { standing } from '../shared/ranking.ts';
import { address } from './address.ts';
import { catalogue } from './catalogue.ts';
import { wallExcerpt } from './wall.ts';

/** The best cell of a hypothesis, or of several, by the signal that follows them; the title names them all. */
export type BestCell = { readonly title: string; readonly cell: string; readonly signal: Signal };

/** An excerpt with many quotation marks, to the end of its last whole sentence. */
export function openingText(heldOut: string): string {
  const { text } = wallExcerpt(heldOut);
  const sentences = /^.*[.!?][’”]*(?=\s)/su.exec(text)?.[0];
  return (sentences ?? text).trim();
}

/**
 * The best cell of each hypothesis that could be scored, those that need memory first, as the front page ranks them. One that
 * is the best of several, by the same signal, is there once.
 */
export function bestCells(gallery: string): BestCell[] {
  const { hypotheses, cells } = catalogue(gallery);
  const rows = hypotheses.flatMap(({ title, best, needsMemory }, index) => {
    const cell = cells.find(({ id }) => id === best[0]);
    const choice = cell?.choice[index];
    if (cell === undefined || choice == null) return [];
    return [
      {
        hypothesis: title,
        cell: cell.id,
        signal: choice[0] as Signal,
        needsMemory,
        value: standing(cell, index, 'value'),
      },
    ];
  });
  rows.sort((a, b) => Number(b.needsMemory) - Number(a.needsMemory) || b.value - a.value);
  const each = Map.groupBy(rows, ({ cell, signal }) => `${cell} ${signal}`);
  return Array.from(each.values(), (same) => {
    const titles = same.map(({ hypothesis }, k) => (k === 0 ? hypothesis : hypothesis.toLowerCase()));
    return { title: titles.join('; '), cell: same[0]!.cell, signal: same[0]!.signal };
  });
}

/** @throws Error for a gallery whose network no browser can run */
export function liveSettings(id: string): { settings: LiveSettings; best: BestCell[] } {
  const { gallery, ranked } = catalogue(id);
  const { live, model, domains, heldOut } = gallery;
  if (live === null || model === null) throw new Error(`No browser can run the network of the gallery "${id}".`);
  const best = bestCells(id);
  const [first] = ranked;
  const network = {
    weights: address(`data/${id}/${live.weights.path}`),
    bytes: live.weights.bytes,
    version: model.hash,
    architecture: live.architecture,
    domains,
    // A strip is a line of characters.
    strips: (model.tokens === undefined ? best : []).map(({ cell, signal }) => ({
      cell: findCell(cell, live.architecture.units)!.index,
      signal: SIGNALS.indexOf(signal as LstmSignal),
    })),
  };
  const usual: Choice = {
    text: openingText(heldOut.text),
    cell: first!.cell.id,
    signal: (first!.cell.choice[first!.hypothesis]?.[0] ?? 'h') as Signal,
    holds: [],
    temperature: 0.7,
    seed: 1,
    length: 300,
    write: false,
  };
  const { vocabulary, tokens: read } = model;
  const tokens = read?.cutting == null ? null : { cutting: read.cutting, unknown: read.unknown };
  return { settings: { network, vocabulary, preparation: live.preparation, tokens, usual }, best };
}
