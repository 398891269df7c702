// The files of every cell, and the rows that index pages need of them.

import { join } from 'node:path';
import { type Cell, type CellSummary, cellSchema } from '../../contract/index.ts';
import type { NamedHypothesis } from '../../datasets/dataset.ts';
import { kindOf } from '../../datasets/kinds.ts';
import type { RuleDescription } from '../../evidence/description/schema.ts';
import { writeArtifact } from '../../files/publish.ts';
import { scoresByCell } from '../../gallery/headline.ts';
import { type StoredScores, writeFile } from '../../gallery/measured.ts';
import type { Score } from '../../scoring/rank.ts';
import { isInterpretable, passes, reachesBar, strength } from '../../statistics/strength.ts';
import { cellArtifact, type HeldOutSample } from './cell.ts';
import { cellFigures, figureCsv } from './figures.ts';
import { summaryColumns } from './hypothesis.ts';
import type { GalleryInput } from './input.ts';

/** The bytes of one cell out of a block [cells, …]. */
function ofCell(all: Uint8Array, cells: number, cell: number): Uint8Array {
  const each = all.length / cells;
  return all.subarray(cell * each, (cell + 1) * each);
}

/** What pages about many cells need of one. */
export interface WrittenCell {
  readonly summary: CellSummary;
  readonly gates: Cell['gates'];
}

/**
 * Writes cells/<id>.json, .bin and .csv, and book/<id>.bin where there is a book.
 * @param scores best first, compared with the twin where there is one
 */
export function writeCells(
  folder: string,
  input: GalleryInput,
  sample: HeldOutSample,
  scores: readonly Score[],
): WrittenCell[] {
  const { cells, labelled, network, notes, heldOut, called, book } = input;
  const { evaluatedOn, signals, domains } = input.scores;
  const { hypotheses, labels } = labelled;
  const known = new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis]));
  const ids = cells.map(({ id }) => id);
  const scoresOfCell = scoresByCell(ids, scores, input.scores.headline);
  const context = {
    signals,
    sample,
    domains,
    labels: new Map(labels.map((label) => [label.id, label])),
    nameOf: (cell: number) => cells[cell]!.id,
  };
  const { drawn: drawnAs, inputNames } = kindOf(labelled);
  const names = inputNames(labelled, network?.model.card.vocabulary ?? []);
  const written = network?.written ?? undefined;
  const writtenCharacters = Array.from(written?.text ?? '');
  return cells.map(({ id, layer, unit, name: given }, index) => {
    const own = scoresOfCell.get(id) ?? [];
    const note = notes.get(id);
    const name = note?.name ?? given;
    const interpretable = own.some((score) => isInterpretable(score, evaluatedOn));
    const explanation = explain(own, known, note?.explanation, input.evidence.ofCells[index]!.description);
    const { cell, bytes } = cellArtifact(
      {
        id,
        layer,
        unit,
        name,
        explanation,
        interpretable,
        distances: distancesOf(input.scores, id, own[0]?.hypothesis),
        scores: own,
        heldOut: ofCell(heldOut, cells.length, index),
        called: ofCell(called, cells.length, index),
        generated: written && { bytes: ofCell(written.bytes, cells.length, index), characters: writtenCharacters },
        neighbours: input.neighbours[index]!,
        associations: input.associations[index]!,
        evidence: input.evidence.ofCells[index]!,
      },
      context,
    );
    writeArtifact(join(folder, 'cells', `${id}.json`), cellSchema, cell);
    writeFile(join(folder, 'cells', `${id}.bin`), bytes);
    const drawn = { cell, bytes, domains, names, isSeries: drawnAs === 'lines' };
    writeFile(join(folder, 'cells', `${id}.csv`), figureCsv(cellFigures(drawn)));
    if (book !== null) writeFile(join(folder, 'book', `${id}.bin`), ofCell(book, cells.length, index));
    const columns = summaryColumns([...known.keys()], own);
    const named = name === undefined ? {} : { name };
    return { summary: { id, layer, unit, ...named, explanation, interpretable, ...columns }, gates: cell.gates };
  });
}

function distancesOf({ memory }: StoredScores, id: string, headline: string | undefined): Cell['distances'] {
  const known = memory?.distances.find(({ cell, hypothesis }) => cell === id && hypothesis === headline);
  return known === undefined ? null : known.found.map((group) => ({ ...group }));
}

// One line on what a cell does: what it remembers; else the rule that was found by itself, where that explains more of it than
// any hypothesis does; else what it tracks.

/** Below this strength a hypothesis explains next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/** A rule that explains less of the held-out variance does not stand for the cell; nor does one that a hypothesis beats. */
const LEAST_EXPLAINED = 0.3;

/**
 * @param scores the cell's, that of its headline hypothesis first; none where nothing is scorable
 * @param written what a person wrote, which goes first
 * @param found the rule about what was read last, where it was looked for
 */
export function explain(
  scores: readonly Score[],
  hypotheses: ReadonlyMap<string, NamedHypothesis>,
  written: string | undefined,
  found: RuleDescription | undefined,
): string {
  if (written !== undefined) return written;
  const [headline] = scores;
  const phraseOf = ({ hypothesis, direction }: Score) =>
    lowered(hypotheses.get(hypothesis)?.phrases[direction === 1 ? 'on' : 'off'] ?? hypothesis);
  if (headline?.remembers) return `Remembers: ${phraseOf(headline)}`;
  const rule = found !== undefined && found.explained >= LEAST_EXPLAINED ? found.rule : null;
  /** The share of the variance of its signal that the hypothesis explains by itself. */
  const explained = (headline?.pointBiserial ?? headline?.pearson ?? 0) ** 2;
  if (rule !== null && found!.explained > explained) return `Found: ${lowered(rule.sentence)}`;
  if (headline !== undefined && reachesBar(headline)) return `Tracks: ${phraseOf(headline)}`;
  const isWorthSaying = (score: Score) => strength(score) >= WORTH_SAYING && (score.pShift === null || passes(score));
  const partly =
    headline !== undefined && isWorthSaying(headline) ? headline : scores.find((score) => reachesBar(score));
  return partly === undefined ? 'No hypothesis explains it' : `Tracks in part: ${phraseOf(partly)}`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
