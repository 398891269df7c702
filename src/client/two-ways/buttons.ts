// The buttons of what a page has stored of a cell that is held. What they do is loaded at the first click.

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  const { plays, runs } = button?.dataset ?? {};
  if (button && plays) void import('./playing.ts').then(({ act }) => act(button));
  if (button && runs) void import('./running.ts').then(({ run }) => run(button));
});
