// What a cell's page listens for; what then happens is loaded when it is first asked for.
import './turn.ts';

const loadSignals = () => import('./signals.ts');

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'signal') return;
  void loadSignals().then(({ choose }) => choose(target));
});

const loadValues = () => import('./cell-values.ts');

const isInPassage = ({ target }: Event): boolean =>
  target instanceof Element && target.closest('.text[data-offset]') !== null;

// What shows the values is on its way as soon as a pointer or the keyboard comes to a passage.
for (const kind of ['pointerover', 'focusin', 'click']) {
  document.addEventListener(kind, (event) => {
    if (!isInPassage(event)) return;
    loadValues().then(
      ({ point }) => event instanceof MouseEvent && kind === 'click' && point(event),
      () => {}, // without a connection there are no values; the next character that is pointed at asks again
    );
  });
}

/** Shows the signal that the address asks for. */
function enter(): void {
  for (const text of document.querySelectorAll<HTMLElement>('.text[data-offset]')) {
    text.tabIndex = 0;
    text.role = 'group';
    text.ariaLabel = 'Excerpt; arrow keys read its values';
  }
  CSS.highlights?.clear();
  const asked = new URLSearchParams(location.search).get('signal');
  if (asked === null) return;
  const tab = document.querySelector<HTMLInputElement>(`#bar input[name=signal][value="${CSS.escape(asked)}"]`);
  if (tab === null || tab.checked) return;
  tab.checked = true;
  void loadSignals().then(({ show }) => show(tab));
}

document.addEventListener('turned', enter);
enter();
