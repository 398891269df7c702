// A panel that says what is known of a character: of the one that is pointed at, or to which the arrow keys lead.
import rules from '../../styles/values.css?inline';
import { boxOf, characterAt, characterOnLine, lengthOf, rangeOf } from './characters.ts';
import { addStyles, element } from './element.ts';

/** What the panel says of a character. */
export interface Reading {
  readonly title: string;
  /** Where it stands. */
  readonly place: string;
  readonly values: readonly { readonly name: string; readonly value: string }[];
  readonly sentences: readonly string[];
}

/** Tells of the character at a position of a text, in code points of its text content. @throws Error where it cannot be known */
export type Read = (text: HTMLElement, position: number) => Promise<Reading>;

/** Where a pointer is. */
export type Pointed = Pick<MouseEvent, 'target' | 'clientX' | 'clientY'>;

const MARGIN = 8;
const panel = element('aside', { className: 'values', hidden: true, ariaLabel: 'Values of a character' });
const cursor = element('i', { className: 'cursor', hidden: true });
/** Says the same to those who hear the page, when it is asked for by a key. */
const spoken = element('p', { className: 'hidden', role: 'status' });

/** The text and the character that the panel is about. */
let text: HTMLElement | null = null;
let position = 0;

function place(box: DOMRect): void {
  cursor.style.left = `${box.left + scrollX}px`;
  cursor.style.top = `${box.top + scrollY}px`;
  cursor.style.width = `${box.width}px`;
  cursor.style.height = `${box.height}px`;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const edge = document.documentElement.clientWidth - width - MARGIN;
  const isAbove = box.bottom + MARGIN + height > innerHeight && box.top - MARGIN > height;
  panel.style.left = `${Math.max(MARGIN, Math.min(box.left, edge)) + scrollX}px`;
  panel.style.top = `${(isAbove ? box.top - MARGIN - height : box.bottom + MARGIN) + scrollY}px`;
}

function write({ title, place: where, values, sentences }: Reading): void {
  const list = values.map(({ name, value }) =>
    element('div', {}, element('dt', { textContent: name }), element('dd', { textContent: value })),
  );
  panel.replaceChildren(
    element('p', {}, element('b', { textContent: title }), ` ${where}`),
    element('dl', {}, ...list),
    ...sentences.map((sentence) => element('p', { textContent: sentence })),
  );
}

export function hide(): void {
  text = null;
  panel.hidden = true;
  cursor.hidden = true;
}

/** The text and the character that the panel is about now; null where it is about none. */
export const marked = (): { text: HTMLElement; position: number } | null =>
  text === null || panel.hidden ? null : { text, position };

async function show(shown: HTMLElement, at: number, read: Read, isByKey: boolean): Promise<void> {
  if (text === shown && position === at && !panel.hidden) return;
  text = shown;
  position = at;
  let reading: Reading;
  try {
    reading = await read(shown, at);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reading = { title: 'The values could not be loaded', place: `(${reason}).`, values: [], sentences: [] };
  }
  // Meanwhile the visitor may point elsewhere, or have turned the page.
  if (text !== shown || position !== at || !shown.isConnected) return;
  const box = boxOf(shown, at);
  if (box === null) return;
  write(reading);
  panel.hidden = false;
  cursor.hidden = false;
  place(box);
  if (isByKey) spoken.textContent = panel.innerText;
}

/** The first character from a position on that is drawn; null where there is none. */
function nextDrawn(shown: Element, from: number, step: 1 | -1): number | null {
  for (let at = from; at >= 0 && at < lengthOf(shown); at += step) if (boxOf(shown, at) !== null) return at;
  return null;
}

/** Where a key leads from here; null where nowhere. */
function target(shown: HTMLElement, key: string): number | null {
  const last = lengthOf(shown) - 1;
  const isOpen = text === shown && !panel.hidden;
  if (key === 'End') return nextDrawn(shown, last, -1);
  if (key === 'Home' || (!isOpen && key.startsWith('Arrow'))) return nextDrawn(shown, 0, 1);
  if (!isOpen) return null;
  if (key === 'ArrowRight') return nextDrawn(shown, position + 1, 1);
  if (key === 'ArrowLeft') return nextDrawn(shown, position - 1, -1);
  const direction = { ArrowDown: 1, ArrowUp: -1 }[key] as 1 | -1 | undefined;
  const box = boxOf(shown, position);
  if (direction === undefined || box === null) return null;
  const at = characterOnLine(shown, box, direction);
  return at === null ? null : nextDrawn(shown, at, 1);
}

/**
 * Watches the texts that fit a selector, now and later.
 * @returns what shows the character at a point of the screen, for an event that came before this
 */
export function watchCharacters(selector: string, read: Read): (at: Pointed) => void {
  addStyles(rules);
  document.body.append(cursor, panel, spoken);
  const textOf = (node: EventTarget | null): HTMLElement | null =>
    node instanceof Element ? node.closest<HTMLElement>(selector) : null;
  const point = (event: Pointed): void => {
    const pointed = textOf(event.target);
    const at = pointed && characterAt(pointed, event.clientX, event.clientY);
    if (pointed !== null && at !== null) void show(pointed, at, read, false);
    else if (pointed === null) hide();
  };
  document.addEventListener('pointermove', (event) => {
    // A finger that moves is scrolling; it taps to point.
    if (event.pointerType !== 'touch') point(event);
  });
  document.addEventListener('click', point);
  document.addEventListener('focusout', hide);
  document.addEventListener('turned', hide);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
    const focused = document.activeElement === event.target ? textOf(event.target) : null;
    if (focused === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = target(focused, event.key);
    if (at === null) return;
    event.preventDefault();
    rangeOf(focused, at).startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
    void show(focused, at, read, true);
  });
  return point;
}
