// The map's marks are small: whoever points or taps near one gets the nearest, with words about it, and the arrow keys lead
// from mark to mark.
import { element } from '../common/element.ts';

/** How far a pointer may be from a mark, in pixels: a target of twice that from side to side, if no other mark is nearer. */
const REACH = 24;
const MARGIN = 8;
/** What lies off the way of an arrow key counts so much more than what lies along it. */
const SIDEWAYS = 2;

interface Mark {
  readonly link: SVGAElement;
  /** In the drawing's own units. */
  readonly x: number;
  readonly y: number;
}

const map = document.querySelector<SVGSVGElement>('svg.map')!;
const marks = [...map.querySelectorAll<SVGAElement>('a')].map((link): Mark => {
  // The browser's own tooltip would stand beside ours, and comes to no finger and no key.
  const title = link.querySelector('title')!;
  link.setAttribute('aria-label', title.textContent ?? '');
  title.remove();
  const { x, y } = link.querySelector('use')!;
  return { link, x: x.baseVal.value, y: y.baseVal.value };
});
const markOf = new Map(marks.map((mark) => [mark.link as Element, mark]));

/** Words about a mark, which lead where the mark does, for a finger hits them more easily. */
const tip = element('a', { className: 'tip', hidden: true, tabIndex: -1 });
tip.ariaHidden = 'true';
document.body.append(tip);
let shown: Mark | undefined;

function show(mark: Mark): void {
  shown?.link.classList.remove('here');
  shown = mark;
  mark.link.classList.add('here');
  tip.textContent = mark.link.getAttribute('aria-label');
  tip.href = mark.link.href.baseVal;
  tip.hidden = false;
  const at = mark.link.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, width - tip.offsetWidth - MARGIN);
  const above = at.top - tip.offsetHeight - MARGIN;
  tip.style.left = `${Math.max(MARGIN, left) + scrollX}px`;
  tip.style.top = `${(above < 0 ? at.bottom + MARGIN : above) + scrollY}px`;
}

function hide(): void {
  shown?.link.classList.remove('here');
  shown = undefined;
  tip.hidden = true;
}

/** The mark nearest to a place of the window, if there is one in reach. */
function nearest({ clientX, clientY }: MouseEvent): Mark | undefined {
  const box = map.getBoundingClientRect();
  const scale = box.width / map.viewBox.baseVal.width;
  let found: Mark | undefined;
  let least = REACH;
  for (const mark of marks) {
    const distance = Math.hypot(box.left + scale * mark.x - clientX, box.top + scale * mark.y - clientY);
    if (distance < least) [found, least] = [mark, distance];
  }
  return found;
}

let isTouch = false;
/** What was shown when a finger came down; the focus that follows it shows the mark before there is a click. */
let before: Mark | undefined;
map.addEventListener('pointerdown', ({ pointerType }) => {
  isTouch = pointerType === 'touch';
  before = shown;
});
map.addEventListener('pointermove', (event) => {
  if (event.pointerType === 'touch') return;
  const mark = nearest(event);
  map.style.cursor = mark === undefined ? '' : 'pointer';
  if (mark === undefined) hide();
  else if (mark !== shown) show(mark);
});
// Chromium gives the keyboard to a drawing that listens for the focus itself, so what is around it does.
const frame = map.parentElement!;
for (const sign of ['pointerleave', 'focusout'] as const) {
  frame.addEventListener(sign, ({ relatedTarget }) => relatedTarget !== tip && hide());
}
map.addEventListener('click', (event) => {
  // Enter on a mark that has the focus, or with a key that opens another window, is the browser's own affair.
  if (event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const mark = nearest(event);
  event.preventDefault();
  if (mark === undefined) return hide();
  // A finger asks first: the second tap, or one on the words, goes there.
  if (isTouch && mark !== before) return show(mark);
  location.href = mark.link.href.baseVal;
});

/** The mark that an arrow key leads to from another one. */
function next(from: Mark, [dx, dy]: readonly [number, number]): Mark | undefined {
  let found: Mark | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const mark of marks) {
    const along = (mark.x - from.x) * dx + (mark.y - from.y) * dy;
    const aside = Math.abs((mark.x - from.x) * dy) + Math.abs((mark.y - from.y) * dx);
    const far = along + SIDEWAYS * aside;
    if (along > 0 && far < least) [found, least] = [mark, far];
  }
  return found;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
// One stop for the keyboard, at the mark that was left last.
let stop = marks[0];
stop?.link.setAttribute('tabindex', '0');
frame.addEventListener('focusin', ({ target }) => {
  const mark = markOf.get(target as Element);
  if (mark === undefined) return;
  stop?.link.setAttribute('tabindex', '-1');
  mark.link.setAttribute('tabindex', '0');
  stop = mark;
  show(mark);
});
map.addEventListener('keydown', (event) => {
  const from = markOf.get(event.target as Element);
  const way = ARROWS[event.key];
  if (event.key === 'Escape') hide();
  if (from === undefined || way === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  next(from, way)?.link.focus();
});
// Where the map is moved under the window, the words go along.
const follow = ({ target }: Event) => target !== document && shown !== undefined && show(shown);
addEventListener('scroll', follow, { capture: true, passive: true });
