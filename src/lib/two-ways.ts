// The stored texts of a cell's page, the free network's beside that of the one with the cell held, as HTML.
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import type { CellEvidence } from '../../pipeline/contract/index.ts';
import { type LiveNetwork, writeChoice } from '../shared/live-choice.ts';
import { neutralStep, STEPS, stepOfByte } from '../shared/scale.ts';
import { colourRuns, reflowed } from '../shared/text.ts';
import { address } from './address.ts';
import { readGallery } from './artifacts.ts';
import { liveSettings } from './live.ts';

type Clamped = NonNullable<CellEvidence['clamped']>;

const NEUTRAL = neutralStep('h');

/** A text in runs of a colour, of which those that differ are underlined too. */
function runsHtml(text: string, stepOf: (position: number) => number, differs: (position: number) => boolean): string {
  const runs = colourRuns(text, (t) => stepOf(t) + (differs(t) ? STEPS : 0));
  return toHtml(
    runs.map(({ step, text: value }) => {
      const colour = step % STEPS;
      const classes = [...(colour === NEUTRAL ? [] : [`s${colour}`]), ...(step < STEPS ? [] : ['differs'])];
      return classes.length === 0 ? { type: 'text', value } : h('span', { class: classes }, value);
    }),
  );
}

/**
 * The text that both go on from, and the two columns. The free one has the colours of the cell's output; what is held has one
 * value, which needs no colour at every character.
 */
export function columnsHtml({ text, free, held, h: packed }: Clamped, keepsLines: boolean) {
  const bytes = Buffer.from(packed, 'base64');
  const all = reflowed([...text, ...free], keepsLines);
  const { length } = [...text];
  const [freely, clamped] = [[...free], [...held]];
  const spell = (characters: readonly string[]): string => characters.join('');
  const never = (): boolean => false;
  return {
    text: runsHtml(spell(all.slice(0, length)), (t) => stepOfByte(bytes[t]!), never),
    free: runsHtml(spell(all.slice(length)), (t) => stepOfByte(bytes[length + t]!), never),
    held: runsHtml(
      spell(reflowed(clamped, keepsLines)),
      () => NEUTRAL,
      (t) => freely[t] !== clamped[t],
    ),
  };
}

/** Whether a browser can let the network go on writing; one that reads tokens writes nothing here. */
function writesLive(gallery: string): boolean {
  const { live, model } = readGallery(gallery);
  return live !== null && model?.tokens === undefined;
}

/** Address of the page where one types, with this text, this cell and this seed; null where no browser can run the network. */
export function liveAddress(gallery: string, cell: string, found: Clamped | undefined): string | null {
  if (!writesLive(gallery)) return null;
  const { usual } = liveSettings(gallery).settings;
  const holds = [{ cell, value: found?.value ?? 1 }];
  const stored = found && { text: found.text, seed: found.seed, temperature: found.temperature };
  const query = writeChoice({ ...usual, ...stored, cell, signal: 'h', holds, write: true }, usual);
  return address(`${gallery}/try/?${query}`);
}

/** What a browser must know to run the network of a gallery beside what is stored; null where none can. */
export function networkOf(gallery: string): { network: LiveNetwork; vocabulary: string } | null {
  if (!writesLive(gallery)) return null;
  const { network, vocabulary } = liveSettings(gallery).settings;
  return { network: { ...network, strips: [] }, vocabulary: vocabulary.join('') };
}
