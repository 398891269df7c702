// A dialog over the page, with a way to close it; Escape and a click beside it close it too.
import rules from '../../styles/dialog.css?inline';
import { addStyles, element } from '../common/element.ts';

/** @returns a dialog that is in the page, and closed */
export function createDialog(title: string, ...content: Node[]): HTMLDialogElement {
  addStyles(rules);
  const heading = element('h2', { textContent: title, id: `dialog-${title.toLowerCase().replaceAll(' ', '-')}` });
  const close = element('button', { type: 'button', textContent: 'Close', className: 'close' });
  const dialog = element('dialog', {}, heading, ...content, close);
  dialog.setAttribute('aria-labelledby', heading.id);
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  return document.body.appendChild(dialog);
}
