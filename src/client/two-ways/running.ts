// The network itself beside what a page has stored: fetched when a visitor asks for it, then held at any value, with any seed.
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { decimal, signed } from '../../shared/format.ts';
import { findCell, type LiveNetwork } from '../../shared/live-choice.ts';
import type { Continuation, Report } from '../../shared/network/protocol.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { reflowed } from '../../shared/text.ts';
import rules from '../../styles/hold.css?inline';
import { addStyles } from '../common/element.ts';
import { say } from '../common/say.ts';
import { showExpectations } from '../live/expectations.ts';
import { type Client, startNetwork } from '../live/network/client.ts';
import { type Piece, replaceTexts } from './playing.ts';

interface Stored {
  readonly cell: string;
  readonly value: number;
  readonly text: string;
  readonly seed: number;
  readonly temperature: number;
  readonly length: number;
}

interface Running {
  readonly client: Client;
  readonly vocabulary: readonly string[];
}

/** Once a network is here it serves all cells that a visitor turns to. */
const networks = new Map<string, Running>();
let shown: { figure: HTMLElement; network: LiveNetwork } | null = null;
let revision = 0;

const megabytes = (bytes: number): string => decimal(bytes / 1e6, 1);
const status = (words: string): void => say(shown!.figure.querySelector('[data-status]')!, words);

function start(network: LiveNetwork, vocabulary: string): Running | null {
  const running = networks.get(network.weights);
  if (running !== undefined) return running;
  const client = startNetwork(network, {
    progress: (loaded) => status(`${megabytes(loaded)} of ${megabytes(network.bytes)} MB are here.`),
    failed: (reason) => {
      status(`The network could not be fetched: ${reason}. What you see is what was stored.`);
      networks.delete(network.weights);
      shown!.figure.querySelector<HTMLButtonElement>('[data-runs]')!.hidden = false;
    },
    ready: () => status('The network is here and runs in your browser.'),
    report: (report) => show(report, [...vocabulary]),
    broken: () => status('This browser cannot run the network. What you see is what was stored.'),
  });
  if (client === null) return null;
  client.load();
  const fresh = { client, vocabulary: [...vocabulary] };
  networks.set(network.weights, fresh);
  return fresh;
}

const H = SIGNALS.indexOf('h');

/** The free network's characters in the colours of the cell's output. */
function freePieces({ written, values }: Continuation, vocabulary: readonly string[], keepsLines: boolean): Piece[] {
  const length = values.end - values.from;
  const characters = reflowed(
    Array.from(written, (id) => vocabulary[id]!),
    keepsLines,
  );
  return characters.map((text, t) => {
    const step = t < length ? stepOfByte(values.bytes[H * length + t]!) : neutralStep('h');
    return { text, className: step === neutralStep('h') ? '' : `s${step}` };
  });
}

/** Those of the network with the cell held, of which those are marked that differ. */
function heldPieces(
  held: Continuation,
  free: Continuation,
  vocabulary: readonly string[],
  keepsLines: boolean,
): Piece[] {
  const characters = reflowed(
    Array.from(held.written, (id) => vocabulary[id]!),
    keepsLines,
  );
  return characters.map((text, t) => {
    const differs = t < free.written.length && free.written[t] !== held.written[t];
    return { text, className: differs ? 'differs' : '' };
  });
}

/** Values come piece by piece; what was written is shown as a whole each time. */
const known = new Map<'free' | 'held', Uint8Array[]>();

function whole(name: 'free' | 'held', { written, values, next }: Continuation): Continuation {
  const length = values.end - values.from;
  const columns = values.from === 0 ? [] : (known.get(name) ?? []);
  for (let t = 0; t < length; t++) {
    columns[values.from + t] = Uint8Array.from(SIGNALS, (_, signal) => values.bytes[signal * length + t]!);
  }
  known.set(name, columns);
  const bytes = Uint8Array.from(SIGNALS.flatMap((_, signal) => columns.map((column) => column[signal]!)));
  return { written, next, values: { from: 0, end: columns.length, bytes } };
}

function show(report: Report, vocabulary: readonly string[]): void {
  const { figure } = shown!;
  if (report.revision !== revision || report.held === null) return;
  const [free, held] = [whole('free', report.free), whole('held', report.held)];
  if (free.written.length === 0) return;
  const keepsLines = figure.hasAttribute('data-lines');
  replaceTexts(figure, {
    free: freePieces(free, vocabulary, keepsLines),
    held: heldPieces(held, free, vocabulary, keepsLines),
  });
  if (free.next !== null && held.next !== null) {
    showExpectations(figure.querySelector<HTMLTableElement>('.expected')!, vocabulary, [free.next, held.next]);
  }
}

function want({ client, vocabulary }: Running, figure: HTMLElement, { architecture }: LiveNetwork): void {
  const { cell, text, temperature, length } = JSON.parse(figure.dataset.stored!) as Stored;
  const { layer, unit, index } = findCell(cell, architecture.units)!;
  const value = figure.querySelector<HTMLInputElement>('[name=two-ways-value]')!.valueAsNumber;
  const seed = figure.querySelector<HTMLInputElement>('[name=two-ways-seed]')!.valueAsNumber || 0;
  const ids = Int32Array.from(text, (character) => vocabulary.indexOf(character));
  say(figure.querySelector('output')!, signed(value));
  const heading = figure.querySelector<HTMLElement>('[data-level]')!;
  heading.dataset.level = `held at ${signed(value)}`;
  if (!figure.hasAttribute('data-released')) say(heading, heading.dataset.level);
  heading.className = `s${stepOfByte((255 * (value + 1)) / 2)}`;
  revision++;
  client.want({ revision, ids, cell: index, holds: [{ layer, unit, value }], write: { temperature, seed, length } });
}

/** @param button that asked for it, which is not needed again */
export function run(button: HTMLButtonElement): void {
  addStyles(rules);
  const figure = button.closest<HTMLElement>('.two-ways')!;
  const { network, vocabulary } = JSON.parse(figure.dataset.network!) as { network: LiveNetwork; vocabulary: string };
  shown = { figure, network };
  const running = start(network, vocabulary);
  if (running === null) {
    status('This browser cannot run the network. What you see is what was stored.');
    return;
  }
  button.hidden = true;
  const controls = figure.querySelector<HTMLElement>('[data-controls]')!;
  controls.hidden = false;
  if (figure.querySelector('[data-status]')!.textContent === '') status('Fetching the network, once.');
  controls.addEventListener('input', () => {
    shown = { figure, network };
    want(running, figure, network);
  });
  controls.querySelector('input')!.focus();
}
