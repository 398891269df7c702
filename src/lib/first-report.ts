// Reads the sample text of the page where a visitor types with the very network that the page will run.
import { unpackParameters } from '../../pipeline/lstm/packed.ts';
import { findCell, type LiveSettings } from '../shared/live-choice.ts';
import { type PackedReport, packReport } from '../shared/network/first.ts';
import { Session } from '../shared/network/session.ts';
import { createStepper } from '../shared/network/stepper.ts';
import { readGallery, readSideFile } from './artifacts.ts';

/** @returns null for a text with characters that the network does not know */
export async function firstReport(
  gallery: string,
  { network, vocabulary, tokens, usual }: LiveSettings,
): Promise<PackedReport | null> {
  const { architecture, domains, strips } = network;
  // Of a text of tokens nothing is read before the network is there.
  if (tokens !== null) return null;
  const numbers = new Map(vocabulary.map((character, id) => [character, id]));
  const ids = Int32Array.from(usual.text, (character) => numbers.get(character) ?? -1);
  if (ids.includes(-1)) return null;
  const packed = readSideFile(gallery, readGallery(gallery).live!.weights);
  const stepper = await createStepper(architecture, unpackParameters(architecture, Uint8Array.from(packed)));
  const session = new Session({ architecture, stepper, domains }, strips);
  const cell = findCell(usual.cell, architecture.units)!.index;
  session.want({ kind: 'want', revision: 0, ids, cell, holds: [], write: null });
  while (!session.isDone) await session.advance(1000);
  return packReport(session.report());
}
