// The list of all keys, in a dialog.
import { KEYS } from '../lib/keys.ts';
import { createDialog } from './dialog.ts';
import { element } from './element.ts';

const lists = KEYS.flatMap(({ where, keys }) => [
  element('h3', { textContent: where }),
  element(
    'dl',
    { className: 'keys' },
    ...keys.flatMap(({ names, does }) => [
      element('dt', {}, ...names.map((name) => element('kbd', { textContent: name }))),
      element('dd', { textContent: does }),
    ]),
  ),
]);
const dialog = createDialog('Keys', ...lists);

export function open(): void {
  dialog.showModal();
}
