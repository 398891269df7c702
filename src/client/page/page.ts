// What every page listens for. What then happens is loaded when it is first asked for.
import './choices.ts';

/** By key, and by the `data-opens` of the buttons that do the same. */
const DIALOGS: Record<string, () => Promise<{ open: () => void }>> = {
  '/': () => import('./find.ts'),
  '?': () => import('./help.ts'),
};
const TYPED = 'input:not([type=radio], [type=checkbox]), select, textarea, dialog, [contenteditable]';

document.addEventListener('keydown', (event) => {
  const load = DIALOGS[event.key];
  if (load === undefined || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest(TYPED) !== null) return;
  // Outside the galleries there are no cells to be found.
  if (event.key === '/' && document.querySelector('[data-opens="/"]') === null) return;
  event.preventDefault();
  void load().then(({ open }) => open());
});

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button === null) return;
  const { opens, copies, draws, saves } = button.dataset;
  if (opens) void DIALOGS[opens]!().then(({ open }) => open());
  if (copies) void import('./copy.ts').then(({ copy }) => copy(copies));
  if (draws) void import('./drawing.ts').then(({ saveDrawing }) => saveDrawing(button));
  if (saves) void import('./table.ts').then(({ saveTable }) => saveTable(button));
});
