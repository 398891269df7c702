// The files of every cell, and the rows that index pages need of them.
import { join } from 'node:path';
import { type Cell, type CellSummary, cellSchema } from '../../contract/index.ts';
import { kindOf } from '../../datasets/kinds.ts';
import { writeArtifact } from '../../files/publish.ts';
import { scoresByCell } from '../../gallery/headline.ts';
import { writeFile } from '../../gallery/measured.ts';
import { isInterpretable, type Score } from '../../scoring/rank.ts';
import { cellArtifact, type HeldOutSample } from './cell.ts';
import { CELL_FIGURES } from './cell-figures.ts';
import { explain } from './explanation.ts';
import { writeFigures } from './figure-data.ts';
import { summaryColumns } from './hypothesis.ts';
import type { GalleryInput, WrittenText } from './input.ts';

/** The bytes of one cell out of a block [cells, …]. */
function ofCell(all: Uint8Array, cells: number, cell: number): Uint8Array {
  const each = all.length / cells;
  return all.subarray(cell * each, (cell + 1) * each);
}

function writtenBy(written: WrittenText | null, cells: number, cell: number) {
  if (written === null) return undefined;
  return { bytes: ofCell(written.bytes, cells, cell), characters: Array.from(written.text) };
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
  const scoresOfCell = scoresByCell(
    cells.map(({ id }) => id),
    scores,
    input.scores.headline,
  );
  const context = {
    signals,
    sample,
    domains,
    labels: new Map(labels.map((label) => [label.id, label])),
    nameOf: (cell: number) => cells[cell]!.id,
  };
  const { drawn: drawnAs, inputNames } = kindOf(labelled);
  const names = inputNames(labelled, network?.model.card.vocabulary ?? []);
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
        scores: own,
        heldOut: ofCell(heldOut, cells.length, index),
        called: ofCell(called, cells.length, index),
        generated: writtenBy(network?.written ?? null, cells.length, index),
        neighbours: input.neighbours[index]!,
        associations: input.associations[index]!,
        evidence: input.evidence.ofCells[index]!,
      },
      context,
    );
    writeArtifact(join(folder, 'cells', `${id}.json`), cellSchema, cell);
    writeFile(join(folder, 'cells', `${id}.bin`), bytes);
    const drawn = { cell, bytes, domains, names, isSeries: drawnAs === 'lines' };
    writeFigures(join(folder, 'cells', `${id}.csv`), CELL_FIGURES, drawn);
    if (book !== null) writeFile(join(folder, 'book', `${id}.bin`), ofCell(book, cells.length, index));
    const columns = summaryColumns([...known.keys()], own);
    const named = name === undefined ? {} : { name };
    return { summary: { id, layer, unit, ...named, explanation, interpretable, ...columns }, gates: cell.gates };
  });
}
