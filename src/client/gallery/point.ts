// Pointing at a strip of the wall, or coming to it by the keyboard, recolours the excerpt above.
import { listenToTexts } from '../here/listen.ts';

const excerpt = document.querySelector<HTMLElement>('[data-recoloured] .window');
const note = document.querySelector<HTMLAnchorElement>('[data-recoloured] .note a');
const legend = document.querySelector('#wall-legend .legend');

for (const kind of ['pointerover', 'focusin'] as const) {
  document.querySelector('#wall')?.addEventListener(kind, ({ target }) => {
    const strip = target instanceof Element ? target.closest<HTMLAnchorElement>('.strip') : null;
    if (strip === null || excerpt === null || note === null || legend === null || note.href === strip.href) return;
    note.href = strip.href;
    note.textContent = strip.ariaLabel;
    void import('./recolour.ts').then(({ recolour }) => recolour(strip, excerpt, legend));
  });
}

listenToTexts('.best-of .text[data-row]');
