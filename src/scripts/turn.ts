// The arrow keys, and j and k, turn the pages of the cells, wherever they have nothing else to do. What turns them is
// loaded once the page has come to rest, or at the first key.
import type { Relation } from './walk.ts';

const KEYS: Record<string, Relation> = { ArrowLeft: 'prev', k: 'prev', ArrowRight: 'next', j: 'next' };
/** Where letters are typed, and where arrows move something. */
const TYPED = 'input:not([type=radio]), select, textarea, dialog, [contenteditable]';
const MOVED = `${TYPED}, input, .scroll, .text`;

const loadWalk = () => import('./walk.ts');

document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const relation = KEYS[event.key];
  const own = event.key.length === 1 ? TYPED : MOVED;
  if (relation === undefined || (event.target instanceof Element && event.target.closest(own) !== null)) return;
  event.preventDefault();
  void loadWalk().then(({ turn }) => turn(relation, event.repeat));
});

document.addEventListener('click', (event) => {
  const { target } = event;
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('.turn a') : null;
  if (link === null || event.button > 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void loadWalk().then(({ turn }) => turn(link.rel as Relation, false));
});

const whenIdle = window.requestIdleCallback ?? setTimeout;
addEventListener('load', () => whenIdle(() => void loadWalk().then(({ prefetch }) => prefetch())));
