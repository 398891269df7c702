// The files of every cell, and the rows that index pages need of them.

import { join } from 'node:path';
import { type Domain, domainOf, fromByte } from '../../base/bytes.ts';
import { InputError } from '../../base/errors.ts';
import { CELLS_A_FILE, packOf } from '../../base/packs.ts';
import type { Signal } from '../../base/signals.ts';
import { type Cell, type CellSummary, cellSchema, type Sizes } from '../../contract/index.ts';
import { compressedFiles } from '../../files/compressed.ts';
import { artifactJson } from '../../files/publish.ts';
import { scoresByCell } from '../../gallery/headline.ts';
import type { StoredScores } from '../../gallery/measured.ts';
import type { Score } from '../../scoring/rank.ts';
import { isOn } from '../../statistics/association.ts';
import { isInterpretable } from '../../statistics/strength.ts';
import { cellArtifact, type HeldOutSample, signalBytes } from './cell.ts';
import { explain } from './explain.ts';
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

/** Of all cells, in their order, and how many bytes each has in `cells/`. */
export interface WrittenCells {
  readonly written: readonly WrittenCell[];
  readonly sizes: Sizes['cells'];
}

/**
 * Writes the files in `cells/`.
 * @param scores best first, compared with the twin where there is one
 */
export async function writeCells(
  folder: string,
  input: GalleryInput,
  sample: HeldOutSample,
  scores: readonly Score[],
): Promise<WrittenCells> {
  const { cells, labelled, network, notes, heldOut, called } = input;
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
  const written = network?.written ?? undefined;
  const files = compressedFiles();
  const writtenCharacters = Array.from(written?.text ?? '');
  const all: WrittenCell[] = [];
  let lines: string[] = [];
  for (const [index, { id, layer, unit, name: given }] of cells.entries()) {
    const note = notes.get(id);
    checkSignal(note?.signal, signals, id);
    const name = note?.name ?? given;
    const measured = scoresOfCell.get(id) ?? [];
    const chosen = headedBy(measured, note?.hypothesis);
    const evidence = input.evidence.ofCells[index]!;
    const { words: explanation, heading, hypothesis } = explain(chosen, known, note?.explanation, evidence.description);
    const own = headedBy(chosen, hypothesis ?? undefined);
    const isAsMeasured = own[0]?.hypothesis === measured[0]?.hypothesis;
    const interpretable = own.some((score) => isInterpretable(score, evaluatedOn));
    const bytesOfCell = ofCell(heldOut, cells.length, index);
    const values = own[0] && signalBytes(bytesOfCell, signals, own[0].signal);
    const cell = cellArtifact(
      {
        id,
        layer,
        unit,
        name,
        noted: note?.signal,
        explanation,
        heading,
        interpretable,
        distances: distancesOf(input.scores, id, own[0]?.hypothesis),
        scores: own,
        heldOut: bytesOfCell,
        called:
          isAsMeasured || values === undefined
            ? ofCell(called, cells.length, index)
            : calledOn(values, own[0]!, domainOf(domains, own[0]!.signal)),
        generated: written && { bytes: ofCell(written.bytes, cells.length, index), characters: writtenCharacters },
        neighbours: input.neighbours[index]!,
        associations: input.associations[index]!,
        // What competes was measured with another hypothesis.
        evidence: isAsMeasured ? evidence : { ...evidence, competing: undefined },
      },
      context,
    );
    lines.push(`${artifactJson(id, cellSchema, cell)}\n`);
    if (lines.length === CELLS_A_FILE || index === cells.length - 1) {
      await files.write(join(folder, packOf('cells', index)), lines, 'text');
      lines = [];
    }
    const columns = summaryColumns([...known.keys()], own);
    const named = name === undefined ? {} : { name };
    const found = heading === 'found' ? Math.round(1000 * evidence.description!.explained) : null;
    const summary = { id, layer, unit, ...named, explanation, heading, found, interpretable, ...columns };
    all.push({ summary, gates: cell.gates });
  }
  const sizes = await files.finish();
  const rows = Array.from({ length: Math.ceil(cells.length / CELLS_A_FILE) }, (_, file) => file * CELLS_A_FILE);
  return { written: all, sizes: rows.flatMap((row) => sizes.get(join(folder, packOf('cells', row)))!) };
}

/** The same scores with that of one hypothesis first. */
function headedBy(scores: readonly Score[], hypothesis: string | undefined): readonly Score[] {
  const first = scores.find((score) => score.hypothesis === hypothesis);
  return first === undefined ? scores : [first, ...scores.filter((score) => score !== first)];
}

/** @throws InputError a note about a signal that the gallery does not have, as activations have only some */
function checkSignal(signal: Signal | undefined, signals: readonly Signal[], id: string): void {
  if (signal === undefined || signals.includes(signal)) return;
  const fix = `Name one of ${signals.join(', ')}, or leave it out.`;
  throw new InputError(
    `The note on cell ${id} is about the signal ${signal}, which this gallery does not have.`,
    {},
    fix,
  );
}

/** What a score's threshold calls on, as far as a byte tells: of a hypothesis for which it was not kept exactly. */
function calledOn(values: Uint8Array, { threshold, direction }: Score, domain: Domain): Uint8Array {
  if (threshold === null) return new Uint8Array(values.length);
  const boundary = domain.transform === 'tanh' ? Math.tanh(threshold) : threshold;
  return Uint8Array.from(values, (byte) => Number(isOn(fromByte(byte, domain), boundary, direction)));
}

function distancesOf({ memory }: StoredScores, id: string, headline: string | undefined): Cell['distances'] {
  const known = memory?.distances.find(({ cell, hypothesis }) => cell === id && hypothesis === headline);
  return known === undefined ? null : known.found.map((group) => ({ ...group }));
}
