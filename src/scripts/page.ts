// What every page listens for. The dialogs are loaded when they are first asked for.
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
  event.preventDefault();
  void load().then(({ open }) => open());
});

for (const button of document.querySelectorAll<HTMLElement>('[data-opens]')) {
  button.addEventListener('click', () => void DIALOGS[button.dataset.opens!]!().then(({ open }) => open()));
}
