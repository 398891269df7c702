// What every page listens for. What then happens is loaded when it is first asked for.
import './choices.ts';

/** By key, and by the `data-opens` of the buttons that do the same. */
const DIALOGS: Record<string, () => Promise<{ open: () => void }>> = {
  '/': () => import('./find.ts'),
  '?': () => import('./help.ts'),
};
const TYPED = 'input:not([type=radio], [type=checkbox]), select, textarea, dialog, [contenteditable]';

/** A key does what its button does; outside the galleries there is none that finds a cell. */
document.addEventListener('keydown', (event) => {
  if (!(event.key in DIALOGS) || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest(TYPED) !== null) return;
  const button = document.querySelector<HTMLElement>(`[data-opens="${event.key}"]`);
  if (button === null) return;
  event.preventDefault();
  button.click();
});

document.addEventListener('click', (event) => {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const table = target.closest<HTMLElement>('[data-figures], button[data-file]');
  if (table !== null && !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    void import('./figure-data.ts').then(({ saveFigureData }) => saveFigureData(table));
  }
  const button = target.closest('button');
  if (!button) return;
  const { opens, copies, draws, saves } = button.dataset;
  if (opens) void DIALOGS[opens]!().then(({ open }) => open());
  if (copies) void import('./copy.ts').then(({ copy }) => copy(copies));
  if (draws) void import('./drawing.ts').then(({ saveDrawing }) => saveDrawing(button));
  if (saves) void import('./table.ts').then(({ saveTable }) => saveTable(button));
});
