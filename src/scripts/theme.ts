// The switch between the system's theme, light and dark; scripts/first.js restores the choice.
const THEMES = ['automatic', 'light', 'dark'];

const root = document.documentElement;
const button = document.querySelector<HTMLButtonElement>('#theme');

function show(): void {
  if (button !== null) button.textContent = `Theme: ${root.dataset.theme ?? 'automatic'}`;
}

/** Storage may be forbidden; then the choice lasts for this page. */
export function remember(name: string, value: string | undefined): void {
  if (value === undefined) delete root.dataset[name];
  else root.dataset[name] = value;
  try {
    if (value === undefined) localStorage.removeItem(`cellarium:${name}`);
    else localStorage.setItem(`cellarium:${name}`, value);
  } catch {
    // Nothing to be done, and nothing lost but the memory.
  }
}

button?.addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? 'automatic') + 1) % THEMES.length]!;
  remember('theme', next === 'automatic' ? undefined : next);
  show();
});
show();
