// A text whose characters can be chosen and whose passages can be selected. What then happens is loaded when it is asked for.

const loadHere = () => import('./here.ts');
/** Without a connection nothing happens; the next one that is chosen asks again. */
const ignore = (): void => {};
/** A selection is taken for made when it has rested so long. */
const REST = 300;

/** @param selector of the texts, now and later */
export function listenToTexts(selector: string): void {
  const textOf = (node: EventTarget | Node | null | undefined): HTMLElement | null => {
    const at = node instanceof Text ? node.parentElement : node;
    return at instanceof Element ? at.closest<HTMLElement>(selector) : null;
  };
  document.addEventListener('click', (event) => {
    const text = textOf(event.target);
    if (text !== null) loadHere().then(({ choosePointed }) => choosePointed(text, event), ignore);
  });
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (key !== 'Enter' || target !== document.activeElement || textOf(target) !== target) return;
    loadHere().then(({ chooseMarked }) => chooseMarked(), ignore);
  });
  let resting: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('selectionchange', () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      const selection = getSelection();
      const range = selection?.isCollapsed === false ? selection.getRangeAt(0) : null;
      const text = textOf(range?.startContainer);
      if (range !== null && text !== null) loadHere().then(({ select }) => select(text, range), ignore);
    }, REST);
  });
}
