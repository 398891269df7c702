// The cells that a gallery shows first, those that remember most, each something else and with its most telling passage.
import type { Signal } from '../../pipeline/base/signals.ts';
import type { Cell } from '../../pipeline/contract/index.ts';
import { placeInSample } from '../shared/book-pages.ts';
import { lag, neutralStep, stepOfByte } from '../shared/scale.ts';
import { readCell, valuesOf } from './artifacts.ts';
import { catalogue } from './catalogue.ts';
import { excerptHtml } from './excerpt.ts';

/** Cells of the row. */
const MOST = 8;

/**
 * Each with the hypothesis for which it is there: the cells that remember most, then those that somebody has written of, then
 * the others as they rank. A hypothesis comes once, but for cells that have something of their own written about them.
 */
export function bestOf(gallery: string): { cell: string; hypothesis: string }[] {
  const { gallery: about, hypotheses, ranked } = catalogue(gallery);
  const remembered = (about.memory?.hypotheses ?? [])
    .flatMap(({ hypothesis, best, cells }) => (best === null || cells === 0 ? [] : [{ hypothesis, ...best }]))
    .sort((a, b) => b.adds - a.adds)
    .map(({ cell, hypothesis }) => ({ cell, hypothesis }));
  const known = ranked.flatMap(({ cell, hypothesis }) => {
    const found = hypotheses[hypothesis];
    return found === undefined ? [] : [{ cell: cell.id, hypothesis: found.id, isNamed: cell.name !== undefined }];
  });
  const named = known.filter(({ isNamed }) => isNamed);
  const chosen = new Map<string, string>();
  for (const { cell, hypothesis, isNamed } of [
    ...remembered.map((one) => ({ ...one, isNamed: false })),
    ...named,
    ...known,
  ]) {
    const isNew = !chosen.has(cell) && (isNamed || ![...chosen.values()].includes(hypothesis));
    if (isNew && chosen.size < MOST) chosen.set(cell, hypothesis);
  }
  return [...chosen].map(([cell, hypothesis]) => ({ cell, hypothesis }));
}

/** Characters of a passage. */
const LENGTH = 170;

/**
 * The passage of a cell's excerpts over which a signal is as far up as it is down, from the beginning of a word to the end of
 * one, as HTML; and where it begins in the held-out text, null where it is not from there.
 */
export function tellingPassage(
  gallery: string,
  id: string,
  hypothesis: string,
): { cell: Cell; signal: Signal; html: string; row: number | null } {
  const known = readCell(gallery, id);
  const score = known.scores.find((candidate) => candidate.hypothesis === hypothesis);
  const cell: Cell = score === undefined ? known : { ...known, signal: score.signal, alignment: score.alignment };
  const { signal } = cell;
  const bytes = valuesOf(cell);
  const row = bytes.subarray(cell.signals.indexOf(signal) * cell.characters);
  const middle = neutralStep(signal) === 0 ? neutralStep('h') : neutralStep(signal);
  let best: { balance: number; piece: Cell['excerpts'][number] | null } = { balance: -1, piece: null };
  for (const excerpt of cell.excerpts.filter(({ kind }) => kind === 'lead' || kind === 'exciting')) {
    const characters = [...excerpt.text];
    for (let start = 0; start < characters.length; start++) {
      if (start > 0 && !(isSpace(characters[start - 1]!) && !isSpace(characters[start]!))) continue;
      const taken = characters.slice(start, start + LENGTH);
      if (start > 0 && taken.length < LENGTH) break;
      const end = taken.length < LENGTH ? taken.length : taken.findLastIndex(isSpace);
      const steps = taken
        .slice(0, end)
        .map(
          (_, t) =>
            stepOfByte(
              row[Math.max(0, excerpt.offset + start + t - (excerpt.tokens === undefined ? lag(cell.alignment) : 0))]!,
            ) - middle,
        );
      const up = steps.reduce((sum, step) => sum + Math.max(0, step), 0);
      const down = steps.reduce((sum, step) => sum - Math.min(0, step), 0);
      if (Math.min(up, down) <= best.balance) continue;
      const from = excerpt.start === null ? null : excerpt.start + start;
      const piece = { ...excerpt, text: taken.slice(0, end).join(''), offset: excerpt.offset + start, start: from };
      best = { balance: Math.min(up, down), piece };
    }
  }
  const { piece } = best;
  const from = piece?.start ?? null;
  return {
    ...{ cell, signal },
    html: piece === null ? '' : excerptHtml(cell, bytes, piece, signal),
    row: from === null ? null : placeInSample(catalogue(gallery).gallery.heldOut.pieces, from),
  };
}

const isSpace = (character: string): boolean => /\s/u.test(character);
