// What a cell's page listens for; what then happens is loaded when it is first asked for.
import { listenToTexts } from '../here/listen.ts';
import '../two-ways/buttons.ts';
import type { Relation } from './walk.ts';

const loadSignals = () => import('./signals.ts');

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'signal') return;
  void loadSignals().then(({ choose }) => choose(target));
});

document.addEventListener('click', ({ target }) => {
  const edges = target instanceof Element ? target.closest<HTMLButtonElement>('[data-edges]') : null;
  if (edges !== null) void import('../common/tokens.ts').then(({ toggleEdges }) => toggleEdges(edges));
});

// The lines beside excerpts further down choose the same.
document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-signal-of]') : null;
  const tab = button && document.querySelector<HTMLInputElement>(`#bar input[value="${button.dataset.signalOf}"]`);
  if (!tab || tab.checked) return;
  tab.checked = true;
  void loadSignals().then(({ choose }) => choose(tab));
});

/** What is folded comes without colours and numbers, and gets them when it is opened. */
function openFolded(details: HTMLDetailsElement): void {
  if (details.dataset.scores) void import('./score-tables.ts').then(({ openScores }) => openScores(details));
  if (details.querySelector('.text[data-offset]')) void loadSignals().then(({ unfold }) => unfold(details));
}

document.addEventListener(
  'toggle',
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open) openFolded(target);
  },
  true,
);

const loadValues = () => import('./values.ts');

const isInExcerpt = ({ target }: Event): boolean =>
  target instanceof Element && target.closest('.text[data-offset]') !== null;

// What shows the values is on its way as soon as a pointer or the keyboard comes to an excerpt.
for (const kind of ['pointerover', 'focusin', 'click']) {
  document.addEventListener(kind, (event) => {
    if (!isInExcerpt(event)) return;
    loadValues().then(
      ({ point }) => event instanceof MouseEvent && kind === 'click' && point(event),
      () => {}, // without a connection there are no values; the next character that is pointed at asks again
    );
  });
}

listenToTexts('.text[data-offset]');

/** Shows the signal that the address asks for, or that was chosen before this script was there, and what was opened by then. */
function enter(): void {
  for (const text of document.querySelectorAll<HTMLElement>('.text[data-offset]')) {
    text.tabIndex = 0;
    text.role = 'group';
    text.ariaLabel = 'Excerpt; arrow keys read its values';
  }
  CSS.highlights?.clear();
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details[open]')) openFolded(details);
  const chosen = document.querySelector<HTMLInputElement>('#bar [name=signal]:checked');
  if (chosen !== null && !chosen.defaultChecked) void loadSignals().then(({ choose }) => choose(chosen));
  const asked = new URLSearchParams(location.search).get('signal');
  if (asked === null) return;
  const tab = document.querySelector<HTMLInputElement>(`#bar input[name=signal][value="${CSS.escape(asked)}"]`);
  if (tab === null || tab.checked) return;
  tab.checked = true;
  void loadSignals().then(({ show }) => show(tab));
}

document.addEventListener('turned', enter);
enter();

/**
 * The arrow keys, and j and k, turn the pages of the cells, wherever they have nothing else to do. What turns them is
 * loaded once the page has come to rest, or at the first key.
 */
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
whenIdle(() => void loadWalk().then(({ prefetch }) => prefetch()));
