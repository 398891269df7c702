import type { CellPlace } from '../../base/cell-ids.ts';
import type { Note } from '../../content/notes.ts';
import type { CellEvidence, Gallery, GalleryEvidence, Live, Model } from '../../contract/index.ts';
import type { GalleryStudy } from '../../contract/study.ts';
import type { LabelledDataset } from '../../datasets/dataset.ts';
import type { Neighbour } from '../../evidence/neighbours.ts';
import type { PartName } from '../../evidence/parts.ts';
import type { Controls } from '../../gallery/controls.ts';
import type { Associations, StoredScores } from '../../gallery/measured.ts';
import type { NetworkGallery } from '../../gallery/network.ts';
import type { LoggedEpoch } from '../../models/formats/own/card.ts';
import type { ValueSizes } from './values.ts';

/** What the parts found, as the artifacts take it. */
export interface GatheredEvidence {
  readonly ofGallery: GalleryEvidence;
  /** For each cell. */
  readonly ofCells: readonly CellEvidence[];
}

/** How wrong the network is when only so much is known. */
export type ContextPoint = Model['context'][number];

/** What the network wrote, with the signals of every cell, [cells, signals, characters]. */
export type WrittenText = NonNullable<Gallery['generated']> & { readonly bytes: Uint8Array };

/** What there is only where a network of this project computed the signals. */
export interface NetworkInput {
  readonly id: string;
  readonly model: Pick<NetworkGallery, 'card' | 'parameters' | 'tokeniser'>;
  readonly facts: { readonly log: readonly LoggedEpoch[]; readonly context: readonly ContextPoint[] };
  /** The first of the untrained networks, and what was found of all of them. */
  readonly twin: StoredScores;
  readonly controls: Controls;
  /** Null of a network that reads a series. */
  readonly written: WrittenText | null;
  /** Where the weights for a browser lie, and what they are worth; null where it cannot run there. */
  readonly live: { readonly weights: string; readonly agreement: Live['agreement'] } | null;
}

/** The files of all cells' values, and how many bytes each cell has in them. */
export interface GivenValues {
  readonly sizes: ValueSizes;
  /** Puts the files into a gallery's folder. */
  copyInto(folder: string): void;
}

export interface GalleryInput {
  readonly about: Pick<Gallery, 'id' | 'title' | 'summary' | 'author' | 'year'>;
  readonly labelled: LabelledDataset;
  readonly corpusHash: string;
  readonly network: NetworkInput | null;
  readonly activations: Gallery['activations'];
  /** All cells, layer by layer. */
  readonly cells: readonly CellPlace[];
  readonly notes: ReadonlyMap<string, Note>;
  readonly scores: StoredScores;
  /** [cells, signals, characters of the held-out sample] */
  readonly heldOut: Uint8Array;
  /** [cells, characters] of the held-out sample; see `FILES.called`. */
  readonly called: Uint8Array;
  /** In files of their own, over the held-out sample and, where it is not too long, the whole text. */
  readonly values: GivenValues;
  /** What was expected of each character of the book, or where there is none of the held-out sample; null where nothing was. */
  readonly expected: Uint8Array | null;
  /** For each cell. */
  readonly neighbours: readonly (readonly Neighbour[])[];
  /** For each cell. */
  readonly associations: readonly Associations[];
  readonly evidence: GatheredEvidence;
  /** Parts of it that are still to be measured. */
  readonly pending: readonly PartName[];
  /** Of its network beside others; null where nobody made one. */
  readonly study: GalleryStudy | null;
}
