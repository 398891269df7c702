// What a visitor chooses for all pages: the theme, and how values are shown. first.js restores the choices.
const THEMES = ['automatic', 'light', 'dark'];

const root = document.documentElement;
const button = document.querySelector<HTMLButtonElement>('#theme');

/** Storage may be forbidden; then the choice lasts for this page. */
function remember(name: 'theme' | 'palette', value: string): void {
  if (value === '') delete root.dataset[name];
  else root.dataset[name] = value;
  try {
    if (value === '') localStorage.removeItem(`cellarium:${name}`);
    else localStorage.setItem(`cellarium:${name}`, value);
  } catch {
    // Nothing to be done, and nothing lost but the memory.
  }
}

function show(): void {
  if (button !== null) button.textContent = `Theme: ${root.dataset.theme ?? 'automatic'}`;
  const palettes = document.querySelectorAll<HTMLSelectElement>('.palette');
  for (const palette of palettes) palette.value = root.dataset.palette ?? '';
}

button?.addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? 'automatic') + 1) % THEMES.length]!;
  remember('theme', next === 'automatic' ? '' : next);
  show();
});
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || !target.classList.contains('palette')) return;
  document.querySelector<HTMLLinkElement>('#palettes')!.disabled = false;
  remember('palette', target.value);
  show();
});
document.addEventListener('turned', show);
show();

export {};
