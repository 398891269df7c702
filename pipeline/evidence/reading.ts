// One reading of a sequence for all that is to be seen of it.
import type { Engine } from '../engines/engine.ts';
import type { NetworkState } from '../lstm/state.ts';
import { type Observer, observeStates } from '../trace/observers.ts';
import { areIn, type KnownPieces, readPieces, stepsIn } from '../trace/pieces.ts';
import { type Reading, readText } from '../trace/read.ts';
import { charactersToRead, type Network } from '../trace/streams.ts';

/** A network, what it reads, and what runs it. */
export interface Reader extends Network, Pick<Reading, 'starts'> {
  readonly engine: Engine;
  /** Pieces that can be read alone. */
  readonly known?: KnownPieces | undefined;
}

/** The pieces that some steps are in; null where the whole sequence must be read for them. */
const piecesFor = ({ known }: Pick<Reader, 'known'>, positions?: readonly number[]): KnownPieces | null =>
  known !== undefined && positions !== undefined && areIn(known, positions) ? known : null;

/**
 * @param progress called for every step read
 * @param positions of all steps that are looked at; of the whole sequence where left out
 */
export async function observe(
  reader: Reader,
  observers: readonly Observer[],
  progress: (steps: number) => void = () => {},
  positions?: readonly number[],
): Promise<void> {
  const begin = () => {
    for (const observer of observers) observer.begin();
  };
  const reading: Reading = {
    ...reader,
    signals: true,
    predictions: false,
    progress,
    begin,
    async window(window) {
      for (const observer of observers) await observer.window(window);
    },
  };
  const pieces = piecesFor(reader, positions);
  if (pieces === null) {
    await readText(reading);
    return;
  }
  begin();
  await readPieces(reading, pieces);
}

/** What {@link observe} counts in its progress. */
export function stepsToObserve(reader: Reader, positions?: readonly number[]): ReturnType<typeof charactersToRead> {
  const pieces = piecesFor(reader, positions);
  return pieces === null ? charactersToRead(reader.sequence.length, reader.starts) : stepsIn(pieces);
}

/** The states that the network is in before it reads the steps at some positions, a stream each, in a reading for them alone. */
export async function statesBefore(reader: Reader, positions: readonly number[]): Promise<NetworkState> {
  const observer = observeStates(reader, positions);
  await observe(
    reader,
    [observer],
    undefined,
    positions.map((position) => position - 1),
  );
  return observer.states;
}
