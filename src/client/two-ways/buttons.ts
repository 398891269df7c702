// The buttons of what a page has stored of a cell that is held. What they do is loaded at the first click.

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLButtonElement>('[data-plays], [data-runs]') : null;
  if (button) void import('./pressed.ts').then(({ press }) => press(button));
});
