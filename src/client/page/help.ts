// The list of all keys, in a dialog.
import { element } from '../common/element.ts';
import { createDialog } from './dialog.ts';

/** By the pages on which they do it. */
const KEYS = [
  {
    where: 'On every page',
    keys: [
      { names: ['/'], does: 'find a cell' },
      { names: ['?'], does: 'show this list' },
      { names: ['Esc'], does: 'close what has opened' },
    ],
  },
  {
    where: 'On a cell’s page',
    keys: [
      { names: ['→', 'j'], does: 'the next cell in order of score' },
      { names: ['←', 'k'], does: 'the one before it' },
    ],
  },
  {
    where: 'In the book, and where cells are compared',
    keys: [
      { names: [']'], does: 'the next page, or the text after the excerpt' },
      { names: ['['], does: 'the page before, or the text before it' },
    ],
  },
  {
    where: 'In an excerpt',
    keys: [
      { names: ['Tab'], does: 'go to the next excerpt' },
      { names: ['→', '←'], does: 'read the values of one character after the other' },
      { names: ['↓', '↑'], does: 'move by a line' },
      { names: ['Home', 'End'], does: 'the first and the last character' },
      { names: ['Enter'], does: 'the cells that are most unusual there' },
    ],
  },
];

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
