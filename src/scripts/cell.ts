// What a cell's page listens for; what then happens is loaded when it is first asked for.
import './turn.ts';

const loadSignals = () => import('./signals.ts');

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'signal') return;
  void loadSignals().then(({ choose }) => choose(target));
});

/** Shows the signal that the address asks for. */
function enter(): void {
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
