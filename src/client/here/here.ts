// A place of the text that somebody chose: at a character the cells that are most unusual there, and for a passage a way to
// rank all cells by it. Both are said in one panel, which lies over the page's corner and is read right after its text.

import { integer, signed } from '../../shared/format.ts';
import { passageQuery } from '../../shared/passage.ts';
import { mostUnusual } from '../../shared/unusual.ts';
import { cellNumber } from '../../shared/words.ts';
import rules from '../../styles/here.css?inline';
import { characterAt, lengthOf, positionAt } from '../common/characters.ts';
import { addStyles, element } from '../common/element.ts';
import { quoteCharacter } from '../common/reading.ts';
import { marked } from '../common/values.ts';
import { type About, beginningOf, home, openGallery, openOutputs, readerAt } from './place.ts';

const SHOWN = 10;
/** Characters on either side of the one that is chosen. */
const CONTEXT = 16;
const MEGABYTE = 1e6;

const panel = element('section', { className: 'place-panel', hidden: true, tabIndex: -1 });
/** The text that the panel is about. */
let text: HTMLElement | null = null;
/** Only what was asked for last is shown. */
let latest = 0;
let isFetched = false;

addStyles(rules);
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape' || panel.hidden) return;
  const wasInside = panel.contains(document.activeElement);
  close();
  if (wasInside) text?.focus({ preventScroll: true });
});

// Another page or cell: what is said of the old text would stand below the new one.
document.addEventListener('turned', close);

function close(): void {
  latest++;
  panel.hidden = true;
}

function show(about: HTMLElement, title: string, ...content: Node[]): void {
  text = about;
  const button = element('button', { type: 'button', className: 'plain', textContent: 'Close' });
  button.addEventListener('click', () => {
    close();
    about.focus({ preventScroll: true });
  });
  panel.ariaLabel = title;
  panel.replaceChildren(element('p', { className: 'title' }, element('b', { textContent: title }), button), ...content);
  const before = about.closest('figure') ?? about;
  if (before.nextSibling !== panel) before.after(panel);
  panel.hidden = false;
}

const paragraph = (...content: (Node | string)[]): HTMLElement => element('p', {}, ...content);

/** The character with what stands around it. */
function contextOf(about: HTMLElement, position: number): HTMLElement {
  const characters = [...(about.textContent ?? '')];
  const [from, to] = [Math.max(0, position - CONTEXT), position + 1 + CONTEXT];
  const cut = (first: number, end: number): string => characters.slice(first, end).join('').replaceAll('\n', ' ');
  const character = characters[position]!;
  const shown = element('b', { textContent: character === '\n' ? '↵' : character });
  const before = (from > 0 ? '…' : '') + cut(from, position);
  const after = cut(position + 1, to) + (to < characters.length ? '…' : '');
  return element('p', { className: 'context' }, before, shown, after);
}

function listOf(
  about: About,
  place: number,
  { bytes, moments, cells }: Awaited<ReturnType<typeof openOutputs>>,
): HTMLElement {
  const items = mostUnusual(bytes, moments, place, SHOWN).map(({ row, z }) => {
    const { id, name } = cells[row]!;
    return element(
      'li',
      {},
      element('span', { className: 'z', textContent: signed(z, 1) }),
      element('span', { textContent: z > 0 ? 'high' : 'low' }),
      element(
        'span',
        {},
        element('a', { href: `${home}cells/${id}/`, textContent: cellNumber(id) }),
        ` ${name} `,
        element('a', {
          href: readerAt(id, place, about),
          textContent: 'see it here',
          ariaLabel: `See cell ${id} here`,
        }),
      ),
    );
  });
  return element('ol', {}, ...items);
}

const TITLE = 'Most unusual here';

/** @param mayWait whether all cells' values, which are large, are fetched only when they are asked for once more */
async function choose(
  about: HTMLElement,
  position: number,
  { mayWait, byKey }: { mayWait: boolean; byKey: boolean },
): Promise<void> {
  const own = ++latest;
  const say = (...content: Node[]): void => {
    if (own !== latest || !about.isConnected) return;
    show(about, TITLE, contextOf(about, position), ...content);
    if (byKey) panel.focus({ preventScroll: true });
  };
  try {
    const { about: gallery } = await openGallery();
    const beginning = beginningOf(about, gallery);
    if (beginning === null) {
      // A tap is for the values too: it is answered by them alone.
      if (!mayWait) say(paragraph('This is known only where the text is held out, and here it is not.'));
      return;
    }
    const megabytes = `${integer(Math.max(1, Math.round(gallery.heldOut.h.bytes / MEGABYTE)))} MB`;
    if (mayWait && !isFetched) {
      const button = element('button', { type: 'button', textContent: `Which cells? (fetches ${megabytes})` });
      button.addEventListener('click', () => void choose(about, position, { mayWait: false, byKey: true }));
      say(button);
      return;
    }
    if (!isFetched) say(paragraph(`Fetching what all cells do here (${megabytes}) …`));
    const outputs = await openOutputs();
    isFetched = true;
    say(
      paragraph(
        `The output of each cell just after ${quoteCharacter([...(about.textContent ?? '')][position]!)} was read, in standard deviations from its own mean over the held-out text.`,
      ),
      listOf(gallery, beginning + position, outputs),
    );
  } catch (error) {
    say(paragraph(`It could not be loaded (${error instanceof Error ? error.message : error}). Try again.`));
  }
}

/** Answers a click on a character; one that ends a selection is none. */
export function choosePointed(about: HTMLElement, event: MouseEvent): void {
  if (getSelection()?.isCollapsed === false) return;
  const position = characterAt(about, event.clientX, event.clientY);
  if (position === null) return;
  const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
  const saves = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  void choose(about, position, { mayWait: isTouch || saves, byKey: false });
}

/** The same for the character to which the arrow keys led. */
export function chooseMarked(): void {
  const at = marked();
  if (at !== null) void choose(at.text, at.position, { mayWait: false, byKey: true });
}

/** Offers to rank all cells by a selection, as far as it lies in the text in which it begins. */
export async function select(about: HTMLElement, range: Range): Promise<void> {
  const own = ++latest;
  const first = positionAt(about, range.startContainer, range.startOffset);
  const isInside = about.contains(range.endContainer);
  const last = isInside ? positionAt(about, range.endContainer, range.endOffset) : lengthOf(about);
  if (last <= first) return;
  const opened = await openGallery().catch(() => null);
  const beginning = opened && beginningOf(about, opened.about);
  if (own !== latest || beginning === null || !about.isConnected) return;
  const query = passageQuery({ start: beginning + first, end: beginning + last });
  const link = element('a', { href: `${home}pattern/?${query}`, textContent: 'Rank all cells by this passage' });
  const many = last - first === 1 ? 'One character' : `${integer(last - first)} characters`;
  show(
    about,
    'The passage that you selected',
    paragraph(`${many}: `, link, ', by how well they are on in it and off everywhere else.'),
  );
}
