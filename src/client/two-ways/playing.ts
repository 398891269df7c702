// The stored texts of the two columns, played again a character at a time, with the cell held or released.
import { differences, differenceWords } from '../../shared/differences.ts';
import { say } from '../common/say.ts';

/** A run of characters that look alike. */
export interface Piece {
  readonly text: string;
  readonly className: string;
}

/** Milliseconds a character; a slow hand that types. */
const PACE = 28;

/** What the columns hold when nothing is hidden: of a figure that the network itself has filled, what it wrote. */
const stored = new WeakMap<HTMLElement, { free: Piece[]; held: Piece[] }>();
const playing = new WeakMap<HTMLElement, number>();
const released = new WeakSet<HTMLElement>();

const column = (figure: HTMLElement, name: 'free' | 'held'): HTMLElement =>
  figure.querySelector<HTMLElement>(`[data-column=${name}]`)!;

function piecesOf(element: HTMLElement): Piece[] {
  return Array.from(element.childNodes, (node) => ({
    text: node.textContent ?? '',
    className: node instanceof Element ? node.className : '',
  }));
}

function textsOf(figure: HTMLElement): { free: Piece[]; held: Piece[] } {
  const known = stored.get(figure) ?? {
    free: piecesOf(column(figure, 'free')),
    held: piecesOf(column(figure, 'held')),
  };
  stored.set(figure, known);
  return known;
}

/** Shows the first `length` characters. */
export function showPieces(element: HTMLElement, pieces: readonly Piece[], length: number): void {
  let left = length;
  const nodes: Node[] = [];
  for (const { text, className } of pieces) {
    if (left <= 0) break;
    const characters = [...text].slice(0, left);
    left -= characters.length;
    const span = document.createElement('span');
    span.className = className;
    span.textContent = characters.join('');
    nodes.push(span);
  }
  element.replaceChildren(...nodes);
}

const spelled = (pieces: readonly Piece[]): string[] => [...pieces.map(({ text }) => text).join('')];

/** Both columns as far as they are played, and what is to be said of them. */
function show(figure: HTMLElement, length: number): void {
  const { free, held } = textsOf(figure);
  const shown = released.has(figure) ? free : held;
  showPieces(column(figure, 'free'), free, length);
  showPieces(column(figure, 'held'), shown, length);
  const words = differenceWords(differences(spelled(free).slice(0, length), spelled(shown).slice(0, length)));
  say(figure.querySelector('[data-difference]')!, words);
}

function stop(figure: HTMLElement): void {
  cancelAnimationFrame(playing.get(figure) ?? 0);
  playing.delete(figure);
  say(figure.querySelector('[data-plays=again]')!, 'Play');
}

function play(figure: HTMLElement): void {
  const { free, held } = textsOf(figure);
  const length = Math.max(spelled(free).length, spelled(held).length);
  // The page below stays where it is.
  for (const name of ['free', 'held'] as const) {
    const element = column(figure, name);
    element.style.minBlockSize = `${element.offsetHeight}px`;
  }
  say(figure.querySelector('[data-plays=again]')!, 'Stop');
  const begun = performance.now();
  const step = (now: number): void => {
    const shown = Math.min(length, Math.floor((now - begun) / PACE));
    show(figure, shown);
    if (shown < length) playing.set(figure, requestAnimationFrame(step));
    else stop(figure);
  };
  playing.set(figure, requestAnimationFrame(step));
}

const ALL = Number.POSITIVE_INFINITY;

function toggleHold(figure: HTMLElement, button: HTMLButtonElement): void {
  stop(figure);
  const isReleased = !released.has(figure);
  if (isReleased) released.add(figure);
  else released.delete(figure);
  const level = figure.querySelector<HTMLElement>('[data-level]')!;
  const { cell } = button.dataset;
  say(level, isReleased ? 'released' : level.dataset.level!);
  say(button, `${isReleased ? 'Hold' : 'Release'} cell ${cell}`);
  figure.toggleAttribute('data-released', isReleased);
  show(figure, ALL);
  if (!isReleased && !matchMedia('(prefers-reduced-motion: reduce)').matches) play(figure);
}

/** What the network itself wrote takes the place of what was stored. */
export function replaceTexts(figure: HTMLElement, texts: { free: Piece[]; held: Piece[] }): void {
  if (playing.has(figure)) stop(figure);
  stored.set(figure, texts);
  show(figure, ALL);
}

/** @param button that was pressed: to play or stop, or to hold or release */
export function act(button: HTMLButtonElement): void {
  const figure = button.closest<HTMLElement>('.two-ways')!;
  if (button.dataset.plays === 'hold') toggleHold(figure, button);
  else if (playing.has(figure)) {
    stop(figure);
    show(figure, ALL);
  } else play(figure);
}
